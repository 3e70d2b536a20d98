import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../shared/usage-error.ts';
import { browserPath, contextOf, opened } from '../../docs/site/browser.ts';
import { lineOf } from './described.ts';
import { makeHistory } from './fixtures/make-history.ts';
import { impactOf } from './impact.ts';
import { pageOf } from './page.ts';
import { articleWeights, prioritiesOf } from './priorities.ts';

const history = makeHistory({ causes: 10_000, weeks: 52 });
const html = pageOf(history, { by: 'package', weights: articleWeights, weeks: 52 });
const small = pageOf(makeHistory({ causes: 100, weeks: 52 }), {
  by: 'package',
  weights: articleWeights,
  weeks: 52,
});
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('10,000 causes of 52 weeks fit in 3 MB', () => {
  expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
});

/** The executable of Chromium; undefined on a machine without one, such as that of a contributor. */
function chromiumHere(): string | undefined {
  try {
    return browserPath();
  } catch (error) {
    if (error instanceof UsageError && process.env['LEAKLAB_CHROMIUM'] === undefined) return undefined;
    throw error;
  }
}

const executablePath = chromiumHere();

describe.runIf(executablePath)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leaklab-page-'));
    writeFileSync(join(folder, 'leaks.html'), html);
    // axe reads every element that is drawn, and the rows in view are as many in a small history
    writeFileSync(join(folder, 'small.html'), small);
    browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: ['--no-sandbox'],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function openPage(
    file = 'leaks.html',
    width = 1280,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    const context = await contextOf(browser, { viewport: { width, height: 844 }, colorScheme });
    const page = await opened(context, folder, file, faults);
    await page.locator('html[data-ready=true]').waitFor({ state: 'attached' });
    return page;
  }

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    '%i px wide, %s: no serious finding of axe, nothing wider than the window, no fault',
    async (width, theme) => {
      const page = await openPage('small.html', width, theme);
      await page.locator('.row.group').first().click();
      expect(await seriousFindings(page)).toEqual([]);
      expect(
        await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      ).toBe(true);
      await page.locator('.row.cause').first().click();
      expect(await seriousFindings(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test('keys alone open a group and the report of a cause, with its line, evidence, tests and commits', async () => {
    const page = await openPage();
    await page.locator('#grid').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    const active = await page.locator('#grid').getAttribute('aria-activedescendant');
    const name = await page.locator(`#${active} .name`).getAttribute('title');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    const text = await page.locator('#report-text').innerText();
    const id = /^[0-9a-f]{32}$/m.exec(text)?.[0];
    const cause = history.causes.find((each) => each.cause === id);
    if (!cause) throw new Error(`the report names no cause of the history: ${text}`);
    expect(name).toBe(`${cause.kind} ${lineOf(cause)}`);
    expect(text).toContain(cause.source);
    expect(text).toContain(cause.first.commit?.slice(0, 12));
    expect(text).toContain(cause.nodes.join(', '));
    for (const title of cause.tests) expect(text).toContain(title);
    for (const { week, count } of cause.weeks) expect(text).toMatch(new RegExp(`${week}\\s+${count}\\b`));
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.id')).toBe('grid');
    await page.context().close();
  });

  test('the last of the causes is reached by End, and only rows in view are drawn', async () => {
    const page = await openPage();
    await page.locator('#fold').click();
    expect(await page.locator('#grid').getAttribute('aria-rowcount')).toBe(String(10_000 + 40 + 1));
    await page.locator('#grid').focus();
    await page.keyboard.press('End');
    await page.locator('#row-10039').waitFor();
    expect(await page.locator('.rows .row').count()).toBeLessThan(60);
    await page.context().close();
  });

  test('words and groups narrow the heat map as the history does', async () => {
    const page = await openPage();
    await page.locator('[name=by]').selectOption('owner');
    await page.locator('[name=state]').selectOption('open');
    await page.locator('[name=words]').fill('src/poll.ts');
    const wanted = history.causes.filter(
      (cause) => !cause.fixed && cause.place?.path.includes('src/poll.ts'),
    );
    const owners = new Set(wanted.map(({ owner }) => owner));
    await expect
      .poll(() => page.locator('#heat-count').innerText())
      .toBe(`${wanted.length.toLocaleString('en')} causes of 10,000 in ${owners.size} groups`);
    await page.context().close();
  });

  test('the ranks are those of the terminal, for other weights and by impact too', async () => {
    const page = await openPage();
    const names = (): Promise<(string | null)[]> =>
      page.locator('#priority-table button').evaluateAll((all) => all.map((each) => each.textContent));
    const top = (causes: ReturnType<typeof prioritiesOf>['causes'] | ReturnType<typeof impactOf>): string[] =>
      causes.slice(0, 10).map(({ cause }) => `${cause.kind} ${lineOf(cause)}`);
    expect(await names()).toEqual(top(prioritiesOf(history, articleWeights).causes));
    await page.locator('[name=blocking]').fill('0');
    const moved = prioritiesOf(history, { ...articleWeights, blocking: 0 });
    expect(await names()).toEqual(top(moved.causes));
    const stay = await page.locator('#stability td').allInnerTexts();
    expect(stay).toEqual(moved.moves.map((move) => `${move.stay} of 10`));
    await page.locator('[name=rank]').selectOption('impact');
    expect(await names()).toEqual(top(impactOf(history)));
    await page.context().close();
  });

  test('a theme is kept for the next visit, and an address opens the report of its cause', async () => {
    const page = await openPage();
    const colour = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await colour();
    await page.locator('#theme').selectOption('dark');
    const dark = await colour();
    expect(dark).not.toBe(light);
    const [cause] = history.causes;
    await page.evaluate(`location.hash = 'cause=${cause?.cause.slice(0, 12)}'`);
    await page.locator('dialog[open]').waitFor();
    expect(await page.locator('#report-text').innerText()).toContain(cause?.cause);
    await page.reload();
    await page.locator('dialog[open]').waitFor();
    expect(await colour()).toBe(dark);
    await page.context().close();
  });
});

async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: readonly { id: string; impact: string | null; nodes: readonly { html: string }[] }[];
  }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}
