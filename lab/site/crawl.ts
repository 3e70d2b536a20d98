/** `npm run crawl`: every page of the site in a real browser, from the disk, as a reader without a network has it. */
import { accessSync, constants, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { projectRoot } from '../catalogue/root.ts';
import { UsageError } from '../usage-error.ts';

const help = `usage: npm run crawl [-- --site FOLDER] [--pictures FOLDER] [--quick] [--json]

Opens every page of the site in Chromium, from the disk. Reported are errors on the console, requests to anywhere
else, links and anchors that lead nowhere, pages that no link leads to, serious findings of axe on ten pages in both
themes at two widths, and a search, a filter or a theme that does not work.

  --site FOLDER      default site/, as npm run site writes it
  --pictures FOLDER  where pictures of the ten pages are put; default .cache/pictures/
  --quick            the ten pages alone
  --json             print { "version": 1, "pages", "looks", "faults": […] }

The browser is the first of chromium, chromium-browser and google-chrome on the PATH, or what LEAKLAB_CHROMIUM names.

exit code: 0 no fault; 1 faults; 2 no site, no browser, or used wrongly`;

/** What is looked at closely: one page of each kind. */
const closely = [
  'index.html',
  'concepts/leaks.html',
  'concepts/settling.html',
  'detector.html',
  'policy.html',
  'catalogue/index.html',
  'catalogue/timer/index.html',
  'catalogue/stream/pipe-client-gone.html',
  'api/leaklab.html',
  'api/leaklab/ScopeOptions.html',
];
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;
/** px; what is further down is more of the same. */
const tallest = 2600;
const themes = ['light', 'dark'] as const;

/** The subset of axe's result that is read here. */
interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

interface Visited {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

async function crawlCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      site: { type: 'string', default: join(projectRoot, 'site') },
      pictures: { type: 'string', default: join(projectRoot, '.cache', 'pictures') },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const site = resolve(values.site);
  if (!existsSync(join(site, 'index.html'))) throw new UsageError(`${values.site}: no site`, 'npm run site');
  const missing = closely.find((page) => !existsSync(join(site, page)));
  if (missing !== undefined)
    throw new UsageError(
      `${missing} is not on the site`,
      'npm run site, or name another page in lab/site/crawl.ts',
    );
  mkdirSync(values.pictures, { recursive: true });
  const say = (line: string): void => {
    if (!values.json) process.stdout.write(`${line}\n`);
  };

  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--allow-file-access-from-files=false'],
  });
  const faults: string[] = [];
  let pages = 0;
  try {
    if (!values.quick) {
      const context = await browser.newContext({ viewport: widths.desk });
      pages = await crawl(context, site, faults);
      await context.close();
      say(`${pages} pages opened`);
    }
    for (const theme of themes) {
      for (const [width, viewport] of Object.entries(widths)) {
        const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' });
        for (const path of closely) {
          const page = await opened(context, site, path, faults);
          await page.screenshot({
            path: join(
              values.pictures,
              `${path.replace('.html', '').replaceAll('/', '-')}-${width}-${theme}.png`,
            ),
            fullPage: true,
            clip: { x: 0, y: 0, width: viewport.width, height: Math.min(tallest, await heightOf(page)) },
          });
          faults.push(...(await axeFaults(page)).map((fault) => `${path} (${width}, ${theme}): ${fault}`));
          faults.push(...(await overflowOf(page)).map((fault) => `${path} (${width}, ${theme}): ${fault}`));
          await page.close();
        }
        await context.close();
      }
    }
    say(
      `${closely.length} pages looked at in ${themes.length} themes at ${Object.keys(widths).length} widths; pictures in ${relative(process.cwd(), resolve(values.pictures))}`,
    );
    const context = await browser.newContext({ viewport: widths.desk });
    faults.push(...(await behaviourFaults(context, site)));
    await context.close();
  } finally {
    await browser.close();
  }
  for (const fault of faults) say(fault);
  if (values.json) {
    const looks = closely.length * themes.length * Object.keys(widths).length;
    process.stdout.write(`${JSON.stringify({ version: 1, pages, looks, faults }, null, 2)}\n`);
  } else say(`${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

/** Follows every link from the start page; returns the number of pages. */
async function crawl(context: BrowserContext, site: string, faults: string[]): Promise<number> {
  const start = pathToFileURL(join(site, 'index.html')).href;
  const seen = new Map<string, Visited>();
  const waiting = [start];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (seen.has(address)) continue;
    const here = relative(site, fileURLToPath(address));
    if (!existsSync(fileURLToPath(address))) {
      seen.set(address, { ids: new Set(), links: [] });
      faults.push(`${here}: linked to, and not there`);
      continue;
    }
    const page = await opened(context, site, here, faults);
    const { ids, links } = await page.evaluate<{
      ids: readonly string[];
      links: readonly string[];
    }>(read);
    seen.set(address, { ids: new Set(ids), links });
    await page.close();
    for (const link of links) {
      const url = new URL(link);
      if (url.protocol === 'file:' && url.pathname.endsWith('.html')) waiting.push(pageOf(url));
    }
  }
  for (const [address, { links }] of seen) {
    const here = relative(site, fileURLToPath(address));
    for (const link of links) {
      const url = new URL(link);
      if (url.protocol !== 'file:') continue;
      const target = seen.get(pageOf(url));
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (!target && !existsSync(fileURLToPath(pageOf(url)))) faults.push(`${here}: ${link} leads nowhere`);
      if (target && anchor !== '' && !target.ids.has(anchor))
        faults.push(`${here}: no #${anchor} in ${relative(site, fileURLToPath(pageOf(url)))}`);
    }
  }
  for (const file of globSync('**/*.html', { cwd: site })) {
    if (!seen.has(pathToFileURL(join(site, file)).href)) faults.push(`${file}: no link leads here`);
  }
  return seen.size;
}

function pageOf(url: URL): string {
  return `file://${url.pathname}`;
}

/** Opens a page; what it says on its console, and what it asks of others, is a fault. */
async function opened(context: BrowserContext, site: string, path: string, faults: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${path}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) faults.push(`${path}: asks ${request.url()}`);
  });
  page.on('requestfailed', (request) =>
    faults.push(`${path}: ${request.url()}: ${request.failure()?.errorText ?? 'failed'}`),
  );
  await page.goto(pathToFileURL(join(site, path)).href, { waitUntil: 'load' });
  return page;
}

async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `axe: ${id}: ${nodes.length} times, first ${nodes[0]?.html.slice(0, 160) ?? ''}`);
}

async function heightOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollHeight');
}

/** A page that is wider than its window is pushed to and fro on a phone. */
async function overflowOf(page: Page): Promise<readonly string[]> {
  const { wide, window } = await page.evaluate<{ wide: number; window: number }>(measure);
  return wide > window ? [`${wide} px wide in a window of ${window} px`] : [];
}

async function behaviourFaults(context: BrowserContext, site: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const start = await opened(context, site, 'index.html', faults);
  await start.locator('#tsd-search-trigger').click();
  await start.locator('#tsd-search-input').pressSequentially('mutex');
  const hit = start.locator('#tsd-search-results a').first();
  await hit.waitFor({ timeout: 20_000 }).catch(() => faults.push('search: "mutex" finds nothing'));
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

function browserPath(): string {
  const named = process.env['LEAKLAB_CHROMIUM'];
  if (named !== undefined) {
    if (!isExecutable(named))
      throw new UsageError(`LEAKLAB_CHROMIUM=${named} can't be run`, 'name the executable of Chromium');
    return named;
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found === undefined)
    throw new UsageError(
      `none of ${names.join(', ')} on the PATH`,
      'apt-get install chromium, or LEAKLAB_CHROMIUM=/path npm run crawl',
    );
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// what runs in the page is text: the project knows no types of a browser
const read = `({
  ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  links: [...document.querySelectorAll('a[href]')].map(({ href }) => href),
})`;
const measure = `({
  wide: document.documentElement.scrollWidth,
  window: document.documentElement.clientWidth,
})`;
const background = 'getComputedStyle(document.body).backgroundColor';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

try {
  process.exitCode = await crawlCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`crawl: ${error.message}\nnext: ${error.next}\n`);
  process.exitCode = 2;
}
