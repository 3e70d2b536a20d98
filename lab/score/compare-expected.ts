import { UsageError } from '../usage-error.ts';
import { isMain, judgedOf, type Entry, type Listed } from './board.ts';
import {
  differences,
  expectedOf,
  hasExpected,
  readExpected,
  writeExpected,
  type Expected,
} from './expected.ts';

/**
 * Blesses, or says what is not as expected. What is expected is what holds for the plain program on the Node line that
 * the board is about.
 *
 * @param listed all of the catalogue, whichever of it was run
 * @param folder of what is expected
 * @returns the exit code
 * @throws UsageError if there is nothing to compare, or nothing to compare it with
 */
export function compareExpected(
  entries: readonly Entry[],
  listed: readonly Listed[],
  folder: string,
  what: 'bless' | 'check',
): number {
  const comparable = entries.filter((entry) => entry.axis === 'plain' && isMain(entry));
  if (comparable.length === 0)
    throw new UsageError(
      'nothing here has an expectation: that is of the plain program on Node 24, Deno or Bun',
      `leaklab score --${what} --axis plain --runtime 24`,
    );
  let found = 0;
  for (const entry of comparable) {
    const { adapter, runtime } = entry;
    const judged = judgedOf(listed, entry);
    if (what === 'bless') {
      const about = { detector: adapter.name, release: adapter.version, runtime };
      writeExpected(folder, withOthers(expectedOf(about, judged), folder, listed));
      continue;
    }
    for (const difference of differences(readExpected(folder, adapter.name), judged)) {
      found += 1;
      const { program, what: kind, expected, got } = difference;
      process.stderr.write(
        `${kind === 'loss' ? '✗' : '!'} ${adapter.name} ${program}: ${kind}, expected ${expected}, got ${got}\n`,
      );
    }
  }
  if (found === 0) return 0;
  process.stderr.write(`leaklab: ${found} results are not as expected\n`);
  process.stderr.write('next: look at each; if all are right, leaklab score --bless\n');
  return 1;
}

/** What was blessed of programs that were not run now stays, as long as there are such programs. */
function withOthers(expected: Expected, folder: string, listed: readonly Listed[]): Expected {
  if (!hasExpected(folder, expected.detector)) return expected;
  const before = readExpected(folder, expected.detector).programs;
  const programs = listed.flatMap(({ path }) => {
    const letters = expected.programs[path] ?? before[path];
    return letters === undefined ? [] : [[path, letters] as const];
  });
  return { ...expected, programs: Object.fromEntries(programs.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
