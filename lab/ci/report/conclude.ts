import { loadBaseline, type Baseline, type TestReport } from '../../../detector/internal.ts';
import { withAuthors } from '../git.ts';
import { writeOutputs, type Output } from '../formats/formats.ts';
import { holds, resultsOf, type Problem } from '../formats/results.ts';
import { acceptInto } from './baseline-options.ts';

export interface Conclusion {
  /** Absolute. */
  readonly root: string;
  readonly problems: readonly Problem[];
  readonly outputs: readonly Output[];
  readonly baseline?: Baseline;
  /** True to write the leaks to the baseline. */
  readonly isAccepting: boolean;
  readonly since?: string;
}

/**
 * Ends a verb that has reports: accepts the leaks if asked, names authors, and writes the formats.
 *
 * @returns the exit code
 */
export async function conclude(reports: readonly TestReport[], conclusion: Conclusion): Promise<number> {
  const { root, problems, outputs, isAccepting, since } = conclusion;
  let { baseline } = conclusion;
  const before = baseline;
  // tests that accept their leaks have written to it
  if (isAccepting && baseline) baseline = loadBaseline(baseline.file);
  const about = { root, problems, ...(baseline && { baseline }) };
  let results = resultsOf(reports, about);
  if (isAccepting && baseline) {
    const accepted = acceptInto(baseline, results, before);
    ({ baseline } = accepted);
    process.stderr.write(`${accepted.told}\n`);
    results = resultsOf(reports, { ...about, baseline });
  }
  writeOutputs(await withAuthors(results, since), outputs);
  return holds(results) ? 0 : 1;
}
