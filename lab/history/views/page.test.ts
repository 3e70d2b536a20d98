import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { mark } from '../../docs/site/chrome.ts';
import { projectRoot } from '../../shared/project-root.ts';
import type { History } from '../cause-history.ts';
import { makeHistory } from './fixtures/make-history.ts';
import { pageFiles, pageOf } from './page.ts';
import { articleWeights } from './priorities.ts';

const options = { by: 'package', weights: articleWeights, weeks: 52 } as const;

/** The parts of the packed content that are read here. */
interface Content {
  readonly id: readonly string[];
  readonly source: readonly number[];
  readonly strings: readonly string[];
  readonly open: readonly number[];
  readonly weeks: readonly string[];
}

function unpacked(html: string, id: string): Buffer {
  const [, packed = ''] = new RegExp(`id="${id}">([^<]*)</script>`).exec(html) ?? [];
  return gunzipSync(Buffer.from(packed.trim(), 'base64'));
}

test('the page has every cause, its source line and its counts', () => {
  const history = makeHistory({ causes: 200, weeks: 30, seed: 4 });
  const html = pageOf(history, options);
  const content = JSON.parse(unpacked(html, 'data').toString()) as Content;
  const bytes = unpacked(html, 'cells');
  const cells = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  expect(content.id.toSorted()).toEqual(history.causes.map(({ cause }) => cause).toSorted());
  expect(content.weeks).toHaveLength(30);
  for (const [at, id] of content.id.entries()) {
    const cause = history.causes.find((each) => each.cause === id);
    expect(content.strings[content.source[at] ?? 0]).toBe(cause?.source);
    const own = Object.fromEntries(
      content.weeks.flatMap((week, index) => {
        const count = cells[at * 30 + index] ?? 0;
        return count === 0 ? [] : [[week, count]];
      }),
    );
    expect(own).toEqual(Object.fromEntries(cause?.weeks.map(({ week, count }) => [week, count]) ?? []));
  }
  expect(content.open).toHaveLength(history.causes.filter(({ fixed }) => !fixed).length);
});

test('the page asks nothing of a network, and leak text is no markup in it', () => {
  const history = makeHistory({ causes: 3, weeks: 3 });
  const hostile = '</script><script>alert(1)</script>';
  const causes = history.causes.map((cause) => ({
    ...cause,
    source: hostile,
    owner: hostile,
    tests: [hostile],
  }));
  const html = pageOf({ ...history, causes }, options);
  expect(html).not.toContain('alert(1)');
  expect(html.match(/https?:\/\/[^'"\s]+/g)).toEqual(['http://www.w3.org/2000/svg']);
  expect(html).not.toMatch(/<link [^>]*href="(?!data:)|<(?:img|script|iframe)[^>]*\bsrc=|@import|url\(/);
  expect(html).toContain("default-src 'none'");
});

test('an empty history has a page, too', () => {
  const empty: History = { runs: [], causes: [] };
  expect(pageOf(empty, options)).toContain('0 of 0 known causes of leaks are open, after 0 runs.');
});

test('the page says what the terms are, that the article gives no numbers, and how fixes are dated', () => {
  const html = pageOf(makeHistory({ causes: 3, weeks: 3 }), options);
  for (const words of [
    'Test complexity is no measure of impact',
    'it gives no numbers and no way to compute the terms',
    'runs that saw the cause, of those that watched its tests',
    'The history dates only the last fix of a cause',
  ])
    expect(html.replaceAll(/\s+/g, ' ')).toContain(words);
  expect(html).not.toMatch(/<!-- [A-Z]+ -->|\/\* [A-Z]+ \*\//);
});

test("the colours, the fonts and the mark are the site's", () => {
  const tokens = (css: string): Record<string, string> =>
    Object.fromEntries(
      [...css.matchAll(/^ {2}(--[\w-]+): ([^;]+);/gm)].map(([, name, value]) => [name, value]),
    );
  const site = tokens(readFileSync(join(projectRoot, 'docs/site/1-tokens.css'), 'utf8'));
  const page = tokens(readFileSync(join(import.meta.dirname, 'page/page.css'), 'utf8'));
  const shared = Object.entries(site).filter(([name]) => !/^--(?:color|code)-/.test(name));
  expect(shared).toHaveLength(13);
  expect(page).toMatchObject(Object.fromEntries(shared));
  const html = readFileSync(join(import.meta.dirname, 'page/page.html'), 'utf8');
  const shapes = (text: string): string[] => text.match(/class="(?:leak|fix)" d="[^"]*"/g) ?? [];
  expect(shapes(html)).toEqual(shapes(mark));
});

test('every module of the page is a part of its script', () => {
  const html = pageOf(makeHistory({ causes: 1, weeks: 1 }), options);
  const modules = pageFiles().filter((name) => name.endsWith('.js'));
  expect(modules.length).toBeGreaterThan(5);
  for (const name of modules) expect(html).toContain(`const module_${name.replace('.js', '')} = await`);
});
