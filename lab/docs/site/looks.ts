import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { contextOf, opened } from './browser.ts';

/** A page of the site to look at closely, in a state that a reader can reach. */
interface Look {
  readonly name: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}

/** Pages to look at, one of each kind. */
const pages = [
  'index.html',
  'concepts/leaks.html',
  'detector.html',
  'policy.html',
  'guides/vitest.html',
  'guides/ci.html',
  'catalogue/index.html',
  'catalogue/timer/index.html',
  'catalogue/stream/pipe-client-gone.html',
  'workshop.html',
  'board.html',
  'api/leaklab.html',
  'api/leaklab/ScopeOptions.html',
];
const looks: readonly Look[] = [
  ...pages.map((path) => ({ path, name: path.replace('.html', '').replaceAll('/', '-') })),
  {
    name: 'catalogue-filtered',
    path: 'catalogue/index.html',
    act: async (page) => {
      await page.locator('select[name=kind]').selectOption('socket');
      await page.locator('input[name=words]').fill('pool');
    },
  },
  {
    name: 'search',
    path: 'index.html',
    act: async (page) => {
      await page.locator('#tsd-search-trigger').click();
      await page.locator('#tsd-search-input').pressSequentially('mutex');
      await page.locator('#tsd-search-results a').first().waitFor();
    },
  },
];
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;
const themes = ['light', 'dark'] as const;
/** The height of a picture in px; a page repeats itself further down. */
const tallest = 2600;
/** A4 between margins, px. */
const paper = { width: 718, height: 1000 };

/** Pages to look at, relative to the site. */
export const lookedAt: readonly string[] = pages;

/** The number of pictures. */
export const numberOfLooks = looks.length * themes.length * Object.keys(widths).length;

/**
 * Looks at the pages in both themes and at both widths, and at a pair as it is printed.
 *
 * @param pictures folder for a picture of each
 * @returns serious findings of axe, and pages wider than their window
 */
export async function lookFaults(
  browser: Browser,
  site: string,
  pictures: string,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const look = async (theme: (typeof themes)[number], width: keyof typeof widths): Promise<void> => {
    const viewport = widths[width];
    const context = await contextOf(browser, { viewport, colorScheme: theme, reducedMotion: 'reduce' });
    for (const { name, path, act } of looks) {
      const page = await opened(context, site, path, faults);
      await act?.(page);
      await picture(page, join(pictures, `${name}-${width}-${theme}.png`), viewport.width);
      const found = [...(await axeFaults(page)), ...(await overflowOf(page))];
      faults.push(...found.map((fault) => `${path} (${name}, ${width}, ${theme}): ${fault}`));
      await page.close();
    }
    await context.close();
  };
  await Promise.all(themes.flatMap((theme) => [look(theme, 'desk'), look(theme, 'phone')]));

  const context = await contextOf(browser, { viewport: paper });
  const printed = 'catalogue/stream/pipe-client-gone.html';
  const page = await opened(context, site, printed, faults);
  await page.emulateMedia({ media: 'print' });
  await picture(page, join(pictures, 'printed.png'), paper.width);
  faults.push(...(await overflowOf(page)).map((fault) => `${printed} (printed): ${fault}`));
  await page.pdf({ path: join(pictures, 'printed.pdf'), format: 'A4', printBackground: true });
  await context.close();
  return faults;
}

async function picture(page: Page, path: string, width: number): Promise<void> {
  const height = Math.min(tallest, await page.evaluate<number>('document.documentElement.scrollHeight'));
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
}

/** The subset of axe's result that is read here. */
interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>(axeRun);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `axe: ${id}: ${nodes.length} times, first ${nodes[0]?.html.slice(0, 160) ?? ''}`);
}

/** Returns a fault for a page wider than its window, which scrolls sideways on a phone. */
async function overflowOf(page: Page): Promise<readonly string[]> {
  const { wide, window } = await page.evaluate<{ wide: number; window: number }>(measure);
  return wide > window ? [`${wide} px wide in a window of ${window} px`] : [];
}

/** Returns the faults of search, theme and filter. */
export async function behaviourFaults(context: BrowserContext, site: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const start = await opened(context, site, 'index.html', faults);
  await start.locator('#tsd-search-trigger').click();
  // slowly, so that each letter starts a search
  await start.locator('#tsd-search-input').pressSequentially('mutex', { delay: 400 });
  const hit = start.locator('#tsd-search-results a').first();
  await hit.waitFor().catch(() => faults.push('search: "mutex" finds nothing'));
  await start.keyboard.press('Escape');
  await start.locator('#tsd-theme').selectOption('dark');
  const dark = await start.evaluate(background);
  await start.locator('#tsd-theme').selectOption('light');
  if ((await start.evaluate(background)) === dark) faults.push('theme: dark and light look the same');
  await start.close();

  const index = await opened(context, site, 'catalogue/index.html', faults);
  const rows = index.locator('.filter tbody tr:visible');
  const all = await rows.count();
  await index.locator('select[name=family]').selectOption('timer');
  const timers = await rows.count();
  if (timers === 0 || timers >= all) faults.push(`filter: ${timers} of ${all} pairs with family timer`);
  await index.locator('input[name=words]').fill('nothing is called so');
  if ((await rows.count()) !== 0) faults.push('filter: words that no pair has still show pairs');
  await index.close();
  return faults;
}

// code for the page is text: the project has no types of a browser
const measure = `({
  wide: document.documentElement.scrollWidth,
  window: document.documentElement.clientWidth,
})`;
// the hits of a search are options that hold links: typedoc's own, which hears the keys of a list and of a link
const axeRun = `(async () => {
  const hits = ['#tsd-search-results'];
  const rest = await axe.run({ exclude: hits });
  if (!document.querySelector(hits[0])) return rest;
  const own = await axe.run({ include: hits }, { rules: { 'nested-interactive': { enabled: false } } });
  return { violations: [...rest.violations, ...own.violations] };
})()`;
const background = 'getComputedStyle(document.body).backgroundColor';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
