/**
 * A loader caches the page of each request, and each request is a new object.
 *
 * **What leaks** Each request with its rendered page.
 *
 * **Why it survives** A `Map` finds an object only by identity, and no request object comes twice. The map never
 * finds an entry, and keeps them all.
 *
 * **How it shows up** A hit rate of zero, which no one watches, and a heap that grows with traffic.
 *
 * **How to fix** Derive the key from what makes two requests the same.
 *
 * **When this is not a leak** When the cache lives as long as one request.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Cache keyed by the request object',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['graphql-hive/gateway#1085'],
  hints: [
    'Ask for the same page twice. Is it found?',
    'What is the key, and can a second request have the same one?',
    'Use the path as the key.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  rendered.set(request, page); // LEAK: memory x3
  return page;
}

export async function run(): Promise<Outcome> {
  const titles = ['/', '/about', '/'].map((path) => respond({ path }).split('</h1>', 1).join());
  return { titles, isRendered: renders > 0 };
}
