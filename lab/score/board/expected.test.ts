import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { differences, expectedOf, readExpected, writeExpected } from './expected.ts';
import type { Judged } from '../answer/judge-answer.ts';

const folder = tempFolders();
const exact: Judged = { outcome: 'exact', isKindRight: true, findings: [] };
const caught: Judged = { outcome: 'caught', isKindRight: false, findings: [] };
const missed: Judged = { outcome: 'missed', isKindRight: false, findings: [] };
const silent: Judged = { outcome: 'silent', isKindRight: false, findings: [] };
const alarm: Judged = { outcome: 'false alarm', isKindRight: false, findings: [] };

const about = { detector: 'bell', release: '1.0.0', runtime: 'node-24.0.0' };
const blessed = expectedOf(
  about,
  new Map([
    ['b.ts', [missed, caught, missed]],
    ['a.ts', [exact]],
    ['c.ts', [silent]],
  ]),
);

test('a blessed result is a letter, or all letters of an unstable program', () => {
  expect(blessed).toEqual({ ...about, programs: { 'a.ts': 'X', 'b.ts': '-c', 'c.ts': '.' } });
});

test('blessed results are one table, sorted, a program a line; `_` where a detector did not run', () => {
  const file = join(folder(), 'expected.json');
  const gong = { detector: 'gong', release: '2.0.0', runtime: 'deno-2.0.0', programs: { 'b.ts': '?' } };
  writeExpected(file, [gong, blessed]);
  expect(readExpected(file)).toEqual([blessed, gong]);
  expect(readFileSync(file, 'utf8')).toContain(
    '"programs": {\n    "a.ts": "X _",\n    "b.ts": "-c ?",\n    "c.ts": ". _"\n  }\n}\n',
  );
});

test('an expected result is no difference, even for a part', () => {
  expect(
    differences(
      blessed,
      new Map([
        ['a.ts', [exact]],
        ['b.ts', [caught]],
      ]),
    ),
  ).toEqual([]);
  expect(differences(blessed, new Map([['c.ts', [silent, silent]]]))).toEqual([]);
});

test('a loss, a gain and a new result are each a difference', () => {
  const now = new Map([
    ['a.ts', [missed]],
    ['b.ts', [exact]],
    ['c.ts', [alarm]],
    ['d.ts', [silent]],
  ]);
  expect(differences(blessed, now)).toEqual([
    { program: 'a.ts', what: 'loss', expected: 'exact, right kind', got: 'missed' },
    { program: 'b.ts', what: 'gain', expected: 'missed or caught', got: 'exact, right kind' },
    { program: 'c.ts', what: 'loss', expected: 'silent', got: 'false alarm' },
    { program: 'd.ts', what: 'new', expected: 'nothing', got: 'silent' },
  ]);
});

test('without a file nothing is expected, and a file without JSON is refused', async () => {
  const root = folder({ 'expected.json': 'x' });
  expect(readExpected(join(root, 'gone.json'))).toEqual([]);
  expect((await refusal(() => readExpected(join(root, 'expected.json')))).next).toBe(
    'remove it; leaklab score --bless writes it anew',
  );
});
