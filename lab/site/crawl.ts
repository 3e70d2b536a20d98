/** `npm run crawl`: every page of the site in a real browser, from the disk, as a reader without a network has it. */
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type BrowserContext } from 'playwright-core';
import { projectRoot } from '../catalogue/root.ts';
import { UsageError } from '../usage-error.ts';
import { browserPath, contextOf, opened, watchFaults } from './browser.ts';
import { axeFaults, behaviourFaults, heightOf, overflowOf } from './looks.ts';

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
      const context = await contextOf(browser, { viewport: widths.desk });
      pages = await crawl(context, site, faults);
      await context.close();
      say(`${pages} pages opened`);
    }
    for (const theme of themes) {
      for (const [width, viewport] of Object.entries(widths)) {
        const context = await contextOf(browser, { viewport, colorScheme: theme, reducedMotion: 'reduce' });
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
    const context = await contextOf(browser, { viewport: widths.desk });
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
  const page = await context.newPage();
  let path = '';
  watchFaults(page, () => path, faults);
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (seen.has(address)) continue;
    const here = relative(site, fileURLToPath(address));
    if (!existsSync(fileURLToPath(address))) {
      seen.set(address, { ids: new Set(), links: [] });
      faults.push(`${here}: linked to, and not there`);
      continue;
    }
    path = here;
    await page.goto(address);
    const { ids, links } = await page.evaluate<{
      ids: readonly string[];
      links: readonly string[];
    }>(read);
    seen.set(address, { ids: new Set(ids), links });
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

// what runs in the page is text: the project knows no types of a browser
const read = `({
  ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  links: [...document.querySelectorAll('a[href]')].map(({ href }) => href),
})`;
try {
  process.exitCode = await crawlCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`crawl: ${error.message}\nnext: ${error.next}\n`);
  process.exitCode = 2;
}
