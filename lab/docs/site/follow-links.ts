import { existsSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { watchFaults } from './browser.ts';

interface Visited {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/** The number of tabs: a page spends half of its time waiting for files. */
const tabs = 4;

/**
 * Opens every page that a link leads to, from the start page on, and checks each link.
 *
 * @param faults receives the faults
 * @param onOpened called with the number of pages opened so far
 * @returns the number of pages
 */
export async function followLinks(
  context: BrowserContext,
  site: string,
  faults: string[],
  onOpened: (pages: number) => void,
): Promise<number> {
  const seen = new Map<string, Visited>();
  const open = await Promise.all(Array.from({ length: tabs }, async () => openTab(context, site, faults)));
  // breadth first from the start page
  let wave = [pathToFileURL(join(site, 'index.html')).href];
  while (wave.length > 0) {
    const waiting = [...wave];
    const found = new Set<string>();
    const work = async (visit: Visit): Promise<void> => {
      for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
        const visited = await visit(address);
        seen.set(address, visited);
        onOpened(seen.size);
        for (const link of visited.links) if (isPage(link)) found.add(pageOf(link));
      }
    };
    await Promise.all(open.map(async (visit) => work(visit)));
    wave = [...found].filter((address) => !seen.has(address));
  }
  faults.push(...wrongLinks(seen, site));
  for (const file of globSync('**/*.html', { cwd: site }))
    if (!seen.has(pathToFileURL(join(site, file)).href)) faults.push(`${file}: no link leads here`);
  return seen.size;
}

type Visit = (address: string) => Promise<Visited>;

async function openTab(context: BrowserContext, site: string, faults: string[]): Promise<Visit> {
  const page = await context.newPage();
  let path = '';
  watchFaults(page, () => path, faults);
  return async (address) => {
    path = relative(site, fileURLToPath(address));
    if (existsSync(fileURLToPath(address))) return read(page, address);
    faults.push(`${path}: linked to, and not there`);
    return { ids: new Set(), links: [] };
  };
}

async function read(page: Page, address: string): Promise<Visited> {
  await page.goto(address);
  const { ids, links } = await page.evaluate<{ ids: readonly string[]; links: readonly string[] }>(reading);
  return { ids: new Set(ids), links };
}

function wrongLinks(seen: ReadonlyMap<string, Visited>, site: string): string[] {
  const shown = (address: string): string => relative(site, fileURLToPath(address));
  return [...seen].flatMap(([address, { links }]) =>
    links.flatMap((link) => {
      if (new URL(link).protocol !== 'file:') return [];
      const target = seen.get(pageOf(link));
      const anchor = decodeURIComponent(new URL(link).hash.slice(1));
      if (!target)
        return existsSync(fileURLToPath(pageOf(link))) ? [] : `${shown(address)}: ${link} leads nowhere`;
      return anchor === '' || target.ids.has(anchor)
        ? []
        : `${shown(address)}: no #${anchor} in ${shown(pageOf(link))}`;
    }),
  );
}

function isPage(link: string): boolean {
  const { protocol, pathname } = new URL(link);
  return protocol === 'file:' && pathname.endsWith('.html');
}

/** Removes the part of a link from `#` or `?`. */
function pageOf(link: string): string {
  return `file://${new URL(link).pathname}`;
}

// code for the page is text: the project has no types of a browser
const reading = `({
  ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  links: [...document.querySelectorAll('a[href]')].map(({ href }) => href),
})`;
