import { UsageError } from '../../shared/usage-error.ts';
import { isMain, judgedOf, type Entry, type Listed } from './board.ts';
import { differences, expectedOf, readExpected, writeExpected, type Expected } from './expected.ts';

/**
 * Blesses, or says what is not as expected. What is expected is what holds for the plain program on the Node line that
 * the board is about.
 *
 * @param listed all of the catalogue, whichever of it was run
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
      'nothing here has an expectation: that is of the plain program on Node 24, Deno or Bun',
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
        `${file} expects nothing of ${adapter.name}`,
        `leaklab score --adapter ${adapter.name} --bless writes what it gives now`,
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

/** Adds what was blessed of programs that were not run now, as long as there are such programs. */
function withOthers(now: Expected, before: Expected | undefined, listed: readonly Listed[]): Expected {
  const others = listed.flatMap(({ path }) => {
    const letters = before?.programs[path];
    return letters === undefined ? [] : [[path, letters] as const];
  });
  return { ...now, programs: { ...Object.fromEntries(others), ...now.programs } };
}
