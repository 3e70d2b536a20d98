import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  array,
  assert as holds,
  constantFrom,
  property,
  record,
  uniqueArray,
  type Arbitrary,
} from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { acceptLeaks, mergedLeaks } from './accept-leaks.ts';
import { BaselineError, type AcceptedLeak } from './baseline.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_130);
const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-accept-')));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const newFile = (): string => join(root, `${++made}`, 'leaks.baseline.json');

const entry: Arbitrary<AcceptedLeak> = record({
  fingerprint: constantFrom(...Array.from({ length: 16 }, (_, digit) => digit.toString(16))).map((digit) =>
    digit.repeat(32),
  ),
  since: constantFrom('2026-01-31', '2026-11-30', '2025-12-01'),
  kind: constantFrom('timer', 'server'),
  type: constantFrom('Timeout'),
  in: uniqueArray(constantFrom('a.test.js', 'b.test.js', 'c.test.js'), { minLength: 1 }).map((each) =>
    each.toSorted(),
  ),
});
const entries = array(entry, { maxLength: 12 });

/** The fingerprints with their first dates and their files, which no order of merging may change. */
function essence(leaks: readonly AcceptedLeak[]): unknown[] {
  return leaks.map(({ fingerprint, since, in: seenIn }) => [fingerprint, since, ...seenIn].join()).toSorted();
}

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
