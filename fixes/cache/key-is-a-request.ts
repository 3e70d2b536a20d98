/** Fixed: the key is the path. */
import type { Outcome } from '../../lab/contract.ts';

interface PageRequest {
  readonly path: string;
}

const rendered = new Map<string, string>(); // FIX: by path
let renders = 0;

function render({ path }: PageRequest): string {
  renders++;
  return `<h1>${path}</h1>`.padEnd(12_000, ' ').concat(String(path.length));
}

function respond(request: PageRequest): string {
  const page = rendered.get(request.path) ?? render(request); // FIX: a second request finds it
  rendered.set(request.path, page);
  return page;
}

export async function run(): Promise<Outcome> {
  const titles = ['/', '/about', '/'].map((path) => respond({ path }).split('</h1>', 1).join());
  return { titles, isRendered: renders > 0 };
}
