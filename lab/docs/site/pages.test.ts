import { expect, test } from 'vitest';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { families } from '../../contract.ts';
import { catalogue as files } from '../../fixtures/mini-catalogue.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { pagesOf, urlOf } from './pages.ts';
import { catalogueFile } from './sections.ts';

const folder = tempFolders();

test('a document keeps the place that its file has', () => {
  expect(
    [
      'docs/detector.md',
      'docs/guides/ci.md',
      catalogueFile,
      'docs/catalogue/timer/clock.md',
      'SECURITY.md',
    ].map(urlOf),
  ).toEqual([
    'detector.html',
    'guides/ci.html',
    'catalogue/index.html',
    'catalogue/timer/clock.html',
    'project/security.html',
  ]);
});

test('every document of the project has a place, and every pair and family a page', async () => {
  const catalogue = await readCatalogue(projectRoot);
  const pages = pagesOf(catalogue);
  const urls = pages.map(({ url }) => url);
  expect(new Set(urls).size).toBe(urls.length);
  const pairs = catalogue.programs
    .filter(({ role }) => role === 'pattern')
    .map(({ id }) => `catalogue/${id}.html`);
  expect(urls).toEqual(
    expect.arrayContaining([...pairs, ...families.map((family) => `catalogue/${family}/index.html`)]),
  );
});

test('a document that is on no list is refused', async () => {
  const catalogue = await readCatalogue(folder({ ...files(), 'docs/lost.md': '# Lost' }));
  expect(await refusal(() => pagesOf(catalogue))).toEqual({
    problem: 'docs/lost.md has no place on the site',
    next: 'give it one in lab/docs/site/sections.ts',
  });
});
