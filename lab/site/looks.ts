import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { opened } from './browser.ts';

/** The subset of axe's result that is read here. */
interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds serious. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `axe: ${id}: ${nodes.length} times, first ${nodes[0]?.html.slice(0, 160) ?? ''}`);
}

/** px */
export async function heightOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollHeight');
}

/** A page that is wider than its window is pushed to and fro on a phone. */
export async function overflowOf(page: Page): Promise<readonly string[]> {
  const { wide, window } = await page.evaluate<{ wide: number; window: number }>(measure);
  return wide > window ? [`${wide} px wide in a window of ${window} px`] : [];
}

/** Whether search, theme and filter do what they are there for. */
export async function behaviourFaults(context: BrowserContext, site: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const start = await opened(context, site, 'index.html', faults);
  await start.locator('#tsd-search-trigger').click();
  await start.locator('#tsd-search-input').pressSequentially('mutex');
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

// what runs in the page is text: the project knows no types of a browser
const measure = `({
  wide: document.documentElement.scrollWidth,
  window: document.documentElement.clientWidth,
})`;
const background = 'getComputedStyle(document.body).backgroundColor';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
