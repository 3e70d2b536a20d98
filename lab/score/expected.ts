import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../write-file.ts';
import type { Judged } from './judge-answer.ts';
import { letterOf, meaningOf } from './letters.ts';

/** How a detector is expected to come out: lab/score/expected/<detector>.json. */
export interface Expected {
  readonly version: 1;
  readonly detector: string;
  readonly release: string;
  readonly runtime: string;
  /** A letter for each program; more of them where it does not come out the same each time. */
  readonly programs: Readonly<Record<string, string>>;
}

/** A program that did not come out as expected. */
export interface Difference {
  readonly program: string;
  /** `gain` and `loss` in the reader's sense: a leak is seen that was not, or the other way round; for clean programs, silence. */
  readonly what: 'gain' | 'loss' | 'change' | 'new';
  readonly expected: string;
  readonly got: string;
}

export function expectedFile(folder: string, detector: string): string {
  return join(folder, `${detector}.json`);
}

export function hasExpected(folder: string, detector: string): boolean {
  return existsSync(expectedFile(folder, detector));
}

/** @throws UsageError if it can't be read, or nothing was blessed */
export function readExpected(folder: string, detector: string): Expected {
  const file = expectedFile(folder, detector);
  if (!existsSync(file))
    throw new UsageError(
      `${file} is missing`,
      `leaklab score --adapter ${detector} --bless writes what it gives now`,
    );
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Expected;
  } catch (error) {
    throw new UsageError(
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      `leaklab score --adapter ${detector} --bless writes it anew`,
    );
  }
}

/** Sorted, so that a diff shows what has changed and nothing else. */
export function expectedOf(
  about: Omit<Expected, 'version' | 'programs'>,
  judged: ReadonlyMap<string, readonly Judged[]>,
): Expected {
  const programs = [...judged]
    .map(([path, each]) => [path, [...new Set(each.map(letterOf))].toSorted().join('')] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, ...about, programs: Object.fromEntries(programs) };
}

export function writeExpected(folder: string, expected: Expected): void {
  writeWhole(expectedFile(folder, expected.detector), `${JSON.stringify(expected, null, 2)}\n`);
}

/** What differs; an unexpected gain is told as a loss is. */
export function differences(
  expected: Expected,
  judged: ReadonlyMap<string, readonly Judged[]>,
): readonly Difference[] {
  return [...judged].flatMap(([program, each]): Difference[] => {
    const got = each.map(letterOf).find((letter) => !expected.programs[program]?.includes(letter));
    if (got === undefined) return [];
    const before = expected.programs[program];
    if (before === undefined) return [{ program, what: 'new', expected: 'nothing', got: meaningOf(got) }];
    const [first = ''] = before;
    const change = rank(got) - rank(first);
    return [
      {
        program,
        what: change > 0 ? 'gain' : change < 0 ? 'loss' : 'change',
        expected: before.split('').map(meaningOf).join(' or '),
        got: meaningOf(got),
      },
    ];
  });
}

/** How good a letter is. */
function rank(letter: string): number {
  const order = ['?', '!-', '.c', 'C', 'n', 'N', 'x', 'X'];
  return order.findIndex((letters) => letters.includes(letter));
}
