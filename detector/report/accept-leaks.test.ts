import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert as holds, property } from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { entries, essence, seed } from '../fixtures/accepted-leaks.ts';
import { acceptLeaks, mergedLeaks } from './accept-leaks.ts';
import { BaselineError, type AcceptedLeak } from './baseline.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-accept-')));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const newFile = (): string => join(root, `${++made}`, 'leaks.baseline.json');

test(`merging loses nothing, in any order and any number of times (seed ${seed})`, () => {
  holds(
    property(entries, entries, (a, b) => {
      const merged = mergedLeaks(a, b);
      const all = [...a, ...b];
      expect(new Set(merged.map(({ fingerprint }) => fingerprint))).toEqual(
        new Set(all.map(({ fingerprint }) => fingerprint)),
      );
      for (const { fingerprint, since, in: seenIn } of merged) {
        const same = all.filter((each) => each.fingerprint === fingerprint);
        expect(same.every((each) => since <= each.since)).toBe(true);
        expect(new Set(seenIn)).toEqual(new Set(same.flatMap((each) => each.in)));
      }
      expect(essence(mergedLeaks(b, a))).toEqual(essence(merged));
      expect(mergedLeaks(merged, b)).toEqual(merged);
    }),
    { seed, numRuns: 200 },
  );
});

const leak: AcceptedLeak = {
  fingerprint: 'a'.repeat(32),
  since: '2026-11-30',
  kind: 'timer',
  type: 'Timeout',
  in: ['a.test.js'],
};

test('a file that is no baseline is refused and stays', () => {
  const file = newFile();
  acceptLeaks(file, []);
  writeFileSync(file, '{ "version": 2 }');
  expect(() => acceptLeaks(file, [leak])).toThrow(
    new BaselineError(file, 'expected "version" to be 1, got 2'),
  );
  expect(readFileSync(file, 'utf8')).toBe('{ "version": 2 }');
});
