/**
 * Tried: the request is copied before it is used as a key, so that no code can change the key.
 *
 * **Still leaks because** the copy is a new object as well, which no later request has.
 */
import type { Outcome } from '../../lab/contract.ts';

interface PageRequest {
  readonly path: string;
}

const rendered = new Map<PageRequest, string>();
let renders = 0;

function render({ path }: PageRequest): string {
  renders++;
  return `<h1>${path}</h1>`.padEnd(12_000, ' ').concat(String(path.length));
}

function respond(request: PageRequest): string {
  const page = rendered.get(request) ?? render(request);
  rendered.set({ ...request }, page); // TRIED: a copied key // LEAK: memory x3
  return page;
}

export async function run(): Promise<Outcome> {
  const titles = ['/', '/about', '/'].map((path) => respond({ path }).split('</h1>', 1).join());
  return { titles, isRendered: renders > 0 };
}
