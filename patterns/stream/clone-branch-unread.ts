/**
 * A page renderer shares one fetch between the components of a page and keeps the original, which is never read.
 *
 * **What leaks** The unread branch of each answer: `clone()` splits the body in
 * two, and reading one branch fills the queue of the other with the whole body.
 *
 * **Why it survives** The answers of a render stay in the map of renders after the page is done, and each holds its
 * branch. No backpressure stops it, because a split body flows as fast as its faster reader reads.
 *
 * **How it shows up** Array buffers and resident memory grow by the size of the fetched data with every page, while
 * the used heap stays flat, until the process is killed for its memory.
 *
 * **How to fix** When the render is over, cancel the bodies it has kept and forget them.
 *
 * **When this is not a leak** When the kept answer is dropped with its
 * render: a branch that no code can reach is collected with its queue.
 */
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Unread branch of a cloned response kept',
  stage: 'integration',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['vercel/next.js#94238', 'nodejs/undici#3445'],
  hints: [
    'The components read copies; what reads the original?',
    'A body that was cloned keeps all data for the slower branch.',
    'Cancel the bodies kept in the render and delete its entry when it finishes.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  return (await answer).clone(); // LEAK: stream
}

/** Ends a render and returns how many requests it took. */
async function finishRender(id: number): Promise<number> {
  const answers = renders.get(id) ?? new Map<string, Promise<Response>>();
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
