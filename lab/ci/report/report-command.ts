import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootOf } from '../git.ts';
import { outputHelp, outputOptions, outputsOf } from '../formats/formats.ts';
import { readReports } from '../formats/read-reports.ts';
import { projectSettings } from '../project-settings.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { baselineHelp, baselineOptions, openBaseline } from './baseline-options.ts';
import { conclude } from './conclude.ts';

const reportHelp = `usage: leaklab report FOLDER… [--json] [--format F] [--output FILE] [--baseline FILE] [--accept]
                              [--since REF]

Puts together what test runners have written to these folders (LEAKLAB_REPORTS=FOLDER), whichever processes,
Nodes and machines they were, and says what is left, which tests leave it, and who changed the line last.

${outputHelp}
${baselineHelp}
  --since REF       where the change begins: what is older has not begun a leak (a commit, branch or tag)

exit code: 0 nothing is left, or it is accepted; 1 something is, or an accepted leak is gone and still in the
baseline; 2 used wrongly`;

export const verb: Verb = { help: reportHelp, run: reportCommand };

/** `leaklab report`; prints to standard output, and returns the exit code. */
async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...outputOptions, ...baselineOptions, since: { type: 'string' } },
  });
  if (positionals.length === 0) {
    throw new UsageError(
      'no folder of reports',
      'leaklab report reports/, after LEAKLAB_REPORTS=reports/ npm test',
    );
  }
  const outputs = outputsOf(values);
  const baseline = openBaseline(values, projectSettings().baseline);
  const root = await rootOf(process.cwd());
  const read = positionals.map((folder) => readReports(resolve(folder), root));
  const reports = read.flatMap((each) => each.reports);
  if (reports.length === 0) {
    throw new UsageError(
      `no reports in ${positionals.join(', ')}: nothing was watched`,
      'see that the tests run with a runner that leaklab is set up in, and with LEAKLAB_REPORTS',
    );
  }
  return conclude(reports, {
    root,
    problems: read.flatMap((each) => each.problems),
    outputs,
    isAccepting: values.accept,
    ...(baseline && { baseline }),
    ...(values.since !== undefined && { since: values.since }),
  });
}
