import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { kinds as kindsOfFindings } from '../../detector/index.ts';
import { kinds } from '../contract.ts';
import { leaklab } from '../fixtures/cli.ts';
import type { Program } from './catalogue.ts';
import { projectRoot } from '../shared/project-root.ts';

/** The part of `leaklab corpus --json` that these tests read. */
interface Manifest {
  readonly programs: readonly (Pick<Program, 'id' | 'family' | 'role' | 'pattern'> & { path: string })[];
  readonly sources: readonly { readonly ref: string; readonly url: string }[];
}

let manifest: Manifest;

beforeAll(async () => {
  const { code, stdout, stderr } = await leaklab(['corpus', '--json'], projectRoot);
  if (code !== 0) throw new Error(stderr);
  manifest = JSON.parse(stdout) as Manifest;
});

const source = ({ path }: { path: string }): string => readFileSync(join(projectRoot, path), 'utf8');

/** Counts the programs of each family with this role. */
function perFamily(role: string): Record<string, number> {
  const own = manifest.programs.filter((program) => program.role === role);
  return Object.fromEntries(
    [...Map.groupBy(own, ({ family }) => family)].map(([name, all]) => [name, all.length]),
  );
}

test('there are 135 pairs: 14 or 15 in each of the five families of the mission, 5 to 8 in each other one', () => {
  const pairs = {
    timer: 15,
    stream: 14,
    waitgroup: 15,
    'missing-abort': 15,
    'unclosed-server': 14,
    channel: 5,
    pool: 8,
    listener: 7,
    watcher: 5,
    worker: 5,
    iterator: 7,
    socket: 8,
    context: 5,
    cache: 5,
    telemetry: 7,
  };
  expect(perFamily('pattern')).toEqual(pairs);
  expect(perFamily('fix')).toEqual(pairs);
});

test('there are at least 60 wrong fixes', () => {
  const wrongFixes = manifest.programs.filter(({ role }) => role === 'wrong-fix');
  expect(wrongFixes.length).toBeGreaterThanOrEqual(60);
});

test('there are at least 40 decoys, and some in every family', () => {
  const decoys = perFamily('decoy');
  expect(Object.keys(decoys).toSorted()).toEqual(Object.keys(perFamily('pattern')).toSorted());
  expect(Object.values(decoys).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(40);
});

test('what is cited and what is listed are the same', () => {
  const cited = new Set(manifest.programs.flatMap(({ pattern }) => pattern?.seenIn ?? []));
  expect([...cited].toSorted()).toEqual(manifest.sources.map(({ ref }) => ref).toSorted());
});

test('every source has the address that its reference says', () => {
  for (const { ref, url } of manifest.sources) {
    const [, repository = '', sign = '', number = ''] = /^(.*?)([#@])(.*)$/.exec(ref) ?? [];
    const places = sign === '@' ? 'commit' : '(?:issues|pull|discussions)';
    expect(url).toMatch(new RegExp(`^https://[^/]+/${repository}/(?:-/)?${places}/${number}`, 'i'));
  }
});

describe('every pattern', () => {
  const headings = [
    'What leaks',
    'Why it survives',
    'How it shows up',
    'How to fix',
    'When this is not a leak',
  ];

  test('opens with a story and the five headings, in their order', () => {
    const wrong = manifest.programs
      .filter(({ role }) => role === 'pattern')
      .flatMap((program) => {
        const opening = /^\/\*\*\n \* (?!\*\*)\S.*?\n \*\/\n/s.exec(source(program))?.[0] ?? '';
        const found = [...opening.matchAll(/^ \* \*\*(.+?)\*\* \S/gm)].map(([, heading]) => heading);
        return found.join() === headings.join() ? [] : [{ id: program.id, found }];
      });
    expect(wrong).toEqual([]);
  });
});

test('every program has 15 to 75 lines of code', () => {
  const sizes = manifest.programs.map((program) => {
    const code = source(program)
      .replace(/^\/\*\*.*?\*\/\n/s, '')
      .replace(/^export const pattern = \{.*?^\} satisfies Pattern;$/ms, '');
    return { path: program.path, lines: code.split('\n').filter((line) => line.trim() !== '').length };
  });
  expect(sizes.filter(({ lines }) => lines < 15 || lines > 75)).toEqual([]);
});

test('a marker can say what a finding can be, and nothing else', () => {
  expect(kinds).toEqual(kindsOfFindings);
});
