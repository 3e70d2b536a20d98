import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../../shared/error-message.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import type { Judged } from '../answer/judge-answer.ts';
import { letterOf, meaningOf } from '../answer/letters.ts';

/** Expected results of a detector. */
export interface Expected {
  readonly detector: string;
  readonly release: string;
  readonly runtime: string;
  /** A letter for each program; several if it does not come out the same each time. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Difference between a program's result and its expectation. */
export interface Difference {
  readonly program: string;
  /** `gain` and `loss` from the reader's view: a leak newly seen or no longer seen; for clean programs, silence. */
  readonly what: 'gain' | 'loss' | 'change' | 'new';
  readonly expected: string;
  readonly got: string;
}

/** File of expected results, lab/score/expected.json: programs by detectors. */
interface Table {
  readonly version: 1;
  /** Detectors in the order of the columns. */
  readonly detectors: readonly Omit<Expected, 'programs'>[];
  /** Letters of the detectors by a program's path, separated by a blank. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Stands for a program that a detector was not run with. */
const none = '_';

/** Reads the expected results of all detectors; none if there is no file. @throws UsageError if it can't be read */
export function readExpected(file: string): readonly Expected[] {
  if (!existsSync(file)) return [];
  let table: Table;
  try {
    table = JSON.parse(readFileSync(file, 'utf8')) as Table;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, 'remove it; leaklab score --bless writes it anew');
  }
  const rows = Object.entries(table.programs).map(([path, row]) => [path, row.split(' ')] as const);
  return table.detectors.map((about, column) => ({
    ...about,
    programs: Object.fromEntries(
      rows.flatMap(([path, row]) => {
        const letters = row[column] ?? none;
        return letters === none ? [] : [[path, letters]];
      }),
    ),
  }));
}

/** Writes a program a line, so that a diff shows nothing but changes. */
export function writeExpected(file: string, all: readonly Expected[]): void {
  const columns = all.toSorted((a, b) => (a.detector < b.detector ? -1 : 1));
  const paths = [...new Set(columns.flatMap(({ programs }) => Object.keys(programs)))].toSorted();
  const table: Table = {
    version: 1,
    detectors: columns.map(({ detector, release, runtime }) => ({ detector, release, runtime })),
    programs: Object.fromEntries(
      paths.map((path) => [path, columns.map(({ programs }) => programs[path] ?? none).join(' ')]),
    ),
  };
  writeWhole(file, `${JSON.stringify(table, null, 2)}\n`);
}

/** Keeps a letter for each program, or all its letters if it does not come out the same each time. */
export function expectedOf(
  about: Omit<Expected, 'programs'>,
  judged: ReadonlyMap<string, readonly Judged[]>,
): Expected {
  const programs = [...judged].map(
    ([path, each]) => [path, [...new Set(each.map(letterOf))].toSorted().join('')] as const,
  );
  return { ...about, programs: Object.fromEntries(programs) };
}

/** Lists the differences; an unexpected gain fails as a loss does. */
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

/** Returns the rank of a letter, from bad to good. */
function rank(letter: string): number {
  const order = ['?', '!-', '.c', 'C', 'n', 'N', 'x', 'X'];
  return order.findIndex((letters) => letters.includes(letter));
}
