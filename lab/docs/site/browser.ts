import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { UsageError } from '../../shared/usage-error.ts';

/** Opens a fresh browser context. */
export async function contextOf(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  // a net for a page that hangs; a busy machine takes its time
  context.setDefaultTimeout(180_000);
  return context;
}

/**
 * Records messages on the console and requests to other hosts as faults.
 *
 * @param path returns the path of the open page
 */
export function watchFaults(page: Page, path: () => string, faults: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${path()}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${path()}: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) faults.push(`${path()}: asks ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const told = request.failure()?.errorText ?? 'failed';
    // the page was left before its icon came
    const isLeft = told === 'net::ERR_ABORTED' && isThere(request.url());
    if (!isLeft) faults.push(`${path()}: ${request.url()}: ${told}`);
  });
}

function isThere(url: string): boolean {
  return url.startsWith('file:') && existsSync(fileURLToPath(url));
}

/** Opens a page of the site. */
export async function opened(
  context: BrowserContext,
  site: string,
  path: string,
  faults: string[],
): Promise<Page> {
  const page = await context.newPage();
  watchFaults(page, () => path, faults);
  await page.goto(pathToFileURL(join(site, path)).href);
  return page;
}

/**
 * Returns the executable of Chromium.
 *
 * @throws UsageError if there is none
 */
export function browserPath(): string {
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
