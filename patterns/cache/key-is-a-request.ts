/**
 * A loader remembers what it has loaded for a request, and each request is a new object.
 *
 * **What leaks** The answer to each request, with its request.
 *
 * **Why it survives** A `Map` finds an object only by identity, and nobody has the same request twice. Nothing is
 * ever found, and everything is kept.
 *
 * **How it shows up** A hit rate of zero, which nobody looks at, and a heap that grows with traffic.
 *
 * **How to fix** Derive the key from what makes two requests the same.
 *
 * **When this is not a leak** When the cache lives as long as one request.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Cache that is keyed by an object made for each request',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['graphql-hive/gateway#1085'],
  hints: [
    'Ask for the same page twice. Is it found?',
    'What is the key, and who has it?',
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
