import { UsageError } from '../../shared/usage-error.ts';
import { isMain, judgedOf, type Entry, type Listed } from './board.ts';
import { differences, expectedOf, readExpected, writeExpected, type Expected } from './expected.ts';

/**
 * Blesses results, or reports those that are not as expected. Only plain runs on the board's main Node line have an
 * expectation.
 *
 * @param listed the whole catalogue, whichever part was run
 * @param file of expected results
 * @returns the exit code
 * @throws UsageError if there is nothing to compare, or nothing to compare it with
 */
export function compareExpected(
  entries: readonly Entry[],
  listed: readonly Listed[],
  file: string,
  what: 'bless' | 'check',
): number {
  const comparable = entries.filter((entry) => entry.axis === 'plain' && isMain(entry));
  if (comparable.length === 0)
    throw new UsageError(
      'no result here has an expectation: only plain runs on Node 24, Deno or Bun do',
      `leaklab score --${what} --axis plain --runtime 24`,
    );
  const blessed = new Map(readExpected(file).map((each) => [each.detector, each]));
  let found = 0;
  for (const entry of comparable) {
    const { adapter, runtime } = entry;
    const judged = judgedOf(listed, entry);
    const before = blessed.get(adapter.name);
    if (what === 'bless') {
      const about = { detector: adapter.name, release: adapter.version, runtime };
      blessed.set(adapter.name, withOthers(expectedOf(about, judged), before, listed));
      continue;
    }
    if (!before)
      throw new UsageError(
        `${file} has no expected results of ${adapter.name}`,
        `leaklab score --adapter ${adapter.name} --bless writes its results of now`,
      );
    for (const { program, what: kind, expected, got } of differences(before, judged)) {
      found += 1;
      process.stderr.write(
        `${kind === 'loss' ? '✗' : '!'} ${adapter.name} ${program}: ${kind}, expected ${expected}, got ${got}\n`,
      );
    }
  }
  if (what === 'bless') writeExpected(file, [...blessed.values()]);
  if (found === 0) return 0;
  process.stderr.write(`leaklab: ${found} results are not as expected\n`);
  process.stderr.write('next: look at each; if all are right, leaklab score --bless\n');
  return 1;
}

/** Adds the blessed results of programs that were not run now, as long as the programs exist. */
function withOthers(now: Expected, before: Expected | undefined, listed: readonly Listed[]): Expected {
  const others = listed.flatMap(({ path }) => {
    const letters = before?.programs[path];
    return letters === undefined ? [] : [[path, letters] as const];
  });
  return { ...now, programs: { ...Object.fromEntries(others), ...now.programs } };
}
