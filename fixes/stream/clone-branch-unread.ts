/** Fixed: the end of a render cancels the bodies that were kept for it and forgets them. */
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Answers of each render by URL, so that its components share one request per URL. */
const renders = new Map<number, Map<string, Promise<Response>>>();
let nextRender = 1;

function startRender(): number {
  const id = nextRender++;
  renders.set(id, new Map());
  return id;
}

async function load(render: number, url: string): Promise<Response> {
  let answer = renders.get(render)?.get(url);
  if (!answer) {
    answer = fetch(url);
    renders.get(render)?.set(url, answer);
  }
  return (await answer).clone();
}

/** Ends a render and returns how many requests it took. */
async function finishRender(id: number): Promise<number> {
  const answers = renders.get(id) ?? new Map<string, Promise<Response>>();
  for (const answer of answers.values()) await (await answer).body?.cancel(); // FIX: drops the unread branch
  renders.delete(id); // FIX: this render is over
  return answers.size;
}

async function renderPage(catalogue: string) {
  const render = startRender();
  const [headline, listing] = await Promise.all([
    load(render, catalogue).then((answer) => answer.text()),
    load(render, catalogue).then((answer) => answer.text()),
  ]);
  return {
    headline: headline.slice(0, 10).length,
    listing: listing.length,
    requests: await finishRender(render),
  };
}

export async function run(lab: Lab): Promise<Outcome> {
  return renderPage(`${lab.upstream.http}/bytes?size=200000`);
}
