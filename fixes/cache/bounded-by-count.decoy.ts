/**
 * A renderer keeps the last few rendered pages in a map at module level.
 *
 * **Looks like a leak** A map gets a new entry, of many kilobytes, with every run.
 *
 * **Is none because** When there are more than four pages, the least recently used one is deleted.
 */
import type { Outcome } from '../../lab/contract.ts';

const pages = new Map<string, string>();
const most = 4;

function render(path: string): string {
  const page = pages.get(path) ?? `<h1>${path}</h1>`.padEnd(10_000, '.').slice(0, 10_000);
  pages.delete(path);
  pages.set(path, page);
  const [oldest] = pages.keys();
  if (pages.size > most && oldest !== undefined) pages.delete(oldest);
  return page;
}

let visits = 0;

export async function run(): Promise<Outcome> {
  const lengths = Array.from({ length: 6 }, () => render(`/page-${++visits}`).length);
  return { lengths, kept: Math.min(pages.size, most) };
}
