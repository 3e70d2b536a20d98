/** Runs `npm run crawl`: opens every page of the site in a real browser, from the disk, without a network. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { projectRoot } from '../../shared/project-root.ts';
import { showStatus } from '../../shared/status-line.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { browserPath, contextOf } from './browser.ts';
import { followLinks } from './follow-links.ts';
import { behaviourFaults, lookedAt, lookFaults, numberOfLooks } from './looks.ts';

const help = `usage: npm run crawl [-- --site FOLDER] [--pictures FOLDER] [--quick] [--json]

Opens every page of the site in Chromium, from the disk. Reports errors on the console, requests to other hosts, broken
links and anchors, pages without a link to them, serious findings of axe on a page of each kind in both themes at two
widths, and a search, a filter or a theme that does not work.

  --site FOLDER      default site/, which npm run site writes
  --pictures FOLDER  folder for pictures of the pages of each kind; default .cache/pictures/
  --quick            open only a page of each kind
  --json             print { "version": 1, "pages", "looks", "faults": […] }

The browser is the first of chromium, chromium-browser and google-chrome on the PATH, or the one that LEAKLAB_CHROMIUM names.

exit code: 0 no fault; 1 faults; 2 no site, no browser, or used wrongly`;

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
  const missing = lookedAt.find((page) => !existsSync(join(site, page)));
  if (missing !== undefined)
    throw new UsageError(
      `${missing} is not on the site`,
      'npm run site, or name another page in lab/docs/site/looks.ts',
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
      const context = await contextOf(browser, { viewport: { width: 1280, height: 900 } });
      pages = await followLinks(context, site, faults, (count) => showStatus(`${count} pages opened`));
      showStatus('');
      await context.close();
      say(`${pages} pages opened`);
    }
    faults.push(...(await lookFaults(browser, site, values.pictures)));
    say(
      `${lookedAt.length} pages looked at in 2 themes at 2 widths; pictures in ${relative(process.cwd(), resolve(values.pictures))}`,
    );
    const context = await contextOf(browser, {});
    faults.push(...(await behaviourFaults(context, site)));
    await context.close();
  } finally {
    await browser.close();
  }
  for (const fault of faults) say(fault);
  if (values.json) {
    const result = { version: 1, pages, looks: numberOfLooks, faults };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else say(`${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await crawlCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`crawl: ${error.message}\nnext: ${error.next}\n`);
  process.exitCode = 2;
}
