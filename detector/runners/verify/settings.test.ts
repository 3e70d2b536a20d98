import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-settings-')));
afterAll(() => rmSync(root, { recursive: true }));
const file = join(root, 'leaklab.json');
const inside = join(root, 'packages/orders');
mkdirSync(inside, { recursive: true });

function write(text: string): void {
  writeFileSync(file, text);
}

const defaults = {
  per: 'test',
  verdict: 'file',
  level: 'light',
  without: [],
  rerun: true,
  quietAfter: 5000,
  exitWhenQuiet: false,
  children: true,
};

test('of the nearest file at or above the folder, with paths from there', () => {
  write('{ "per": "file", "budget": 250, "policy": "leaks.yaml", "baseline": "./ci/leaks.json" }');
  expect(readSettings(inside)).toEqual({
    ...defaults,
    file,
    per: 'file',
    budget: 250,
    policy: join(root, 'leaks.yaml'),
    baseline: join(root, 'ci/leaks.json'),
  });
  const nearer = join(inside, 'leaklab.json');
  writeFileSync(nearer, '{ "$schema": "x", "rerun": false, "without": ["awaits"] }');
  expect(readSettings(inside)).toEqual({ ...defaults, file: nearer, rerun: false, without: ['awaits'] });
  rmSync(nearer);
});

const refusals: readonly [string, string][] = [
  ['{ "pre": "file" }', 'no setting "pre"; did you mean `per`?'],
  ['{ "per": "suite" }', 'expected "per" to be one of test, file, run, got "suite"'],
  ['{ "verdict": "run" }', 'expected "verdict" to be one of file, test, got "run"'],
  ['{ "level": "heap" }', 'expected "level" to be one of counts, light, full, got "heap"'],
  ['{ "budget": -1 }', 'expected "budget" to be a number of ms from 0 up, got -1'],
  ['{ "rerun": "yes" }', 'expected "rerun" to be true or false, got "yes"'],
  ['{ "policy": "" }', 'expected "policy" to be the path of a file, got ""'],
  ['[]', 'expected an object, got []'],
  [
    '{ "level": "counts", "policy": "leaks.yaml" }',
    'level "counts" knows no lines, so a policy can\'t hold: ask for level "light"',
  ],
  [
    '{ "level": "counts", "without": ["awaits"] }',
    'level "counts" has no probes, so "awaits" can\'t be switched off: ask for level "light"',
  ],
  [
    '{ "level": "counts", "per": "file" }',
    'level "counts" is for `"per": "test"`: a file can\'t be run again to see what was counted',
  ],
];
test.each(refusals)('refused: %s', (text, problem) => {
  write(text);
  expect(() => readSettings(inside)).toThrow(new SettingsError(file, problem));
});

test('refused: what is no JSON, with the place', () => {
  write('{ "per": }');
  expect(() => readSettings(inside)).toThrow(/^.*leaklab\.json: Unexpected token '}'.*/);
});
