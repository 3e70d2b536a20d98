import { html } from '../pages/html.ts';
import type { SitePage } from './pages.ts';
import { boardPage, sections } from './sections.ts';

/** A link of the navigation. */
export interface Entry {
  readonly title: string;
  /** The address relative to the site. */
  readonly url: string;
  readonly children?: readonly Entry[];
}

/** A part of the site with its pages. */
export interface Part {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The frame around the text of a page. */
export interface Frame {
  readonly url: string;
  readonly title: string;
  /** The description for search engines, in a sentence. */
  readonly description: string;
  readonly parts: readonly Part[];
  readonly content: string;
  /** Links to the headings; empty if there are few. */
  readonly contents: string;
  /** A class of the body. */
  readonly kind: 'start' | 'document' | 'pair' | 'api' | 'source';
}

/**
 * Returns the parts of the site that have a page.
 *
 * @param api the pages of the API
 */
export function partsOf(pages: readonly SitePage[], api: readonly Entry[]): readonly Part[] {
  const parts = sections.map(({ title }) => {
    const own = pages.filter(({ section }) => section === title);
    const nested = new Set(own.flatMap((page) => pairsOf(page, own)));
    const entries = own
      .filter((page) => !nested.has(page))
      .map((page): Entry => ({ title: page.title, url: page.url, children: pairsOf(page, own) }));
    return { title, entries: title === boardPage.section ? [...entries, boardPage] : entries };
  });
  const last = parts.length - 1;
  return [...parts.slice(0, last), { title: 'API', entries: api }, ...parts.slice(last)].filter(
    ({ entries }) => entries.length > 0,
  );
}

/** Returns the pages of the pairs of a family, if the page is a family's. */
function pairsOf({ url }: SitePage, pages: readonly SitePage[]): readonly SitePage[] {
  const family = /^catalogue\/[^/]+\/(?=index\.html$)/.exec(url)?.[0];
  if (family === undefined) return [];
  return pages.filter((each) => each.url.startsWith(family) && each.url !== url);
}

/** Returns the whole page. */
export function framed(frame: Frame): string {
  const { url, title, description, parts, content, contents, kind } = frame;
  const up = '../'.repeat(url.split('/').length - 1);
  const here = parts.find(({ entries }) =>
    entries.some((entry) => entry.url === url || entry.children?.some((each) => each.url === url)),
  );
  const bar = parts.map((part) => {
    const current = part === here ? ' aria-current="true"' : '';
    return `<a href="${up}${part.entries[0]?.url ?? ''}"${current}>${part.title}</a>`;
  });
  return `<!DOCTYPE html>
<html lang="en" data-base="${up === '' ? './' : up}">
<head>
<meta charset="utf-8">
<title>${html(title === 'leaklab' ? 'leaklab: a leak benchmark and a leak detector for Node.js' : `${title} · leaklab`)}</title>
<meta name="description" content="${html(description)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="${up}assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${up}assets/style.css">
<link rel="stylesheet" href="${up}assets/highlight.css">
<link rel="stylesheet" href="${up}assets/custom.css">
<script>document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') || 'os';</script>
<script defer src="${up}assets/main.js"></script>
<script async src="${up}assets/icons.js" id="tsd-icons-script"></script>
<script async src="${up}assets/search.js" id="tsd-search-script"></script>
</head>
<body class="${kind}">
<a class="skip" href="#content">skip to the text</a>
<header class="bar">
<a class="mark" href="${up}index.html">${mark}leaklab</a>
<nav aria-label="parts of the site">${bar.join('')}</nav>
<div class="tools">
<button id="tsd-search-trigger" type="button" aria-label="search"><svg width="15" height="15" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="6.8" cy="6.8" r="4.8"/><path d="m10.4 10.4 4 4"/></svg><span>search</span></button>
<label class="theme"><span>theme</span><select id="tsd-theme"><option value="os">auto</option><option value="light">light</option><option value="dark">dark</option></select></label>
</div>
<dialog id="tsd-search" aria-label="search"><input role="combobox" id="tsd-search-input" aria-label="search the site" aria-controls="tsd-search-results" aria-autocomplete="list" aria-expanded="true" spellcheck="false" autocapitalize="off" autocomplete="off" placeholder="search the site" maxlength="100"><ul role="listbox" id="tsd-search-results" aria-label="results"></ul><div id="tsd-search-status" aria-live="polite" aria-atomic="true"><div>loading the index …</div></div></dialog>
</header>
<div class="page">
${here && kind !== 'start' ? tree(here, url, up) : ''}
<main id="content">
${content}
${here ? neighbours(here, url, up) : ''}
</main>
${contents === '' ? '' : `<aside class="contents"><nav aria-label="on this page"><p>on this page</p>${contents}</nav></aside>`}
</div>
<footer><p>leaklab · MIT · every figure and report on these pages was measured by a command of the repository</p></footer>
</body>
</html>
`;
}

/** Returns links to the pages of a part; in the catalogue, to those of the open family. */
function tree(part: Part, url: string, up: string): string {
  const link = (entry: Entry): string =>
    `<a href="${up}${entry.url}"${entry.url === url ? ' aria-current="page"' : ''}>${html(entry.title)}</a>`;
  const lines = part.entries.map((entry) => {
    const isOpen = entry.url === url || entry.children?.some((each) => each.url === url);
    const inner =
      isOpen && entry.children?.length
        ? `<ul>${entry.children.map((each) => `<li>${link(each)}</li>`).join('')}</ul>`
        : '';
    return `<li>${link(entry)}${inner}</li>`;
  });
  return `<details class="tree" open><summary>${part.title}</summary><nav aria-label="${part.title}"><ul>${lines.join('')}</ul></nav></details>
<script>if (matchMedia('(width < 56rem)').matches) document.querySelector('.tree').open = false;</script>`;
}

function neighbours(part: Part, url: string, up: string): string {
  const flat = part.entries.flatMap((entry) => [entry, ...(entry.children ?? [])]);
  const at = flat.findIndex((each) => each.url === url);
  const [before, after] = [flat[at - 1], flat[at + 1]];
  const link = (entry: Entry, rel: string): string =>
    `<a rel="${rel}" href="${up}${entry.url}">${html(entry.title)}</a>`;
  if (!before && !after) return '';
  return `<nav class="neighbours" aria-label="before and after">${before ? link(before, 'prev') : '<span></span>'}${after ? link(after, 'next') : ''}</nav>`;
}

/** The logo: a leak that grows, and a fix that stays flat. */
export const mark =
  '<svg class="logo" width="22" height="22" viewBox="0 0 22 22" fill="none" stroke-width="2.4" aria-hidden="true"><path class="leak" d="M2 17h4v-4h5V8h5V3h4"/><path class="fix" d="M2 19.6h18"/></svg>';
