import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusal } from '../fixtures/refusal.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { readSources } from './sources.ts';

const folder = tempFolders();
const clock = { ref: 'acme/clock#1', title: 'Clock ticks on', url: 'https://example.test/1' };
const bell = { ref: 'acme/bell@1a2b3c4', title: 'Bell rings on', url: 'https://example.test/2' };
const next = 'it holds a list of { "ref", "title", "url" }';

/** Writes a list of sources; returns its folder and its path. */
function listed(text: string): { root: string; file: string } {
  const root = folder({ 'docs/sources.json': text });
  return { root, file: join(root, 'docs', 'sources.json') };
}

test('the list is read by reference, in its order', () => {
  const { root } = listed(JSON.stringify([clock, bell]));
  expect([...readSources(root)]).toEqual([
    ['acme/clock#1', clock],
    ['acme/bell@1a2b3c4', bell],
  ]);
});

test('a list that is not there is refused', async () => {
  const root = folder();
  const file = join(root, 'docs', 'sources.json');
  expect(await refusal(() => readSources(root))).toEqual({
    problem: `${file}: ENOENT: no such file or directory, open '${file}'`,
    next,
  });
});

test('a list that is no JSON is refused', async () => {
  const { root, file } = listed('[');
  expect(await refusal(() => readSources(root))).toEqual({
    problem: `${file}: Unexpected end of JSON input`,
    next,
  });
});

test('anything else than a list is refused', async () => {
  const { root, file } = listed(JSON.stringify({ sources: [clock] }));
  expect(await refusal(() => readSources(root))).toEqual({ problem: `${file}: no list`, next });
});

test.each([
  null,
  'acme/clock#1',
  { ref: clock.ref, title: clock.title },
  { ...clock, url: '' },
  { ...clock, title: 7 },
])('%j is no source', async (entry) => {
  const { root, file } = listed(JSON.stringify([bell, entry]));
  expect(await refusal(() => readSources(root))).toEqual({
    problem: `${file}: ${JSON.stringify(entry)} is no source`,
    next,
  });
});

test('a source that stands twice is refused', async () => {
  const { root, file } = listed(JSON.stringify([clock, bell, { ...clock, title: 'Again' }]));
  expect(await refusal(() => readSources(root))).toEqual({
    problem: `${file}: acme/clock#1 is listed twice`,
    next: 'remove one of them',
  });
});
