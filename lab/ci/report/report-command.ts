import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootOf } from '../git.ts';
import { outputHelp, outputOptions, outputsOf } from '../formats/formats.ts';
import { readReports } from '../formats/read-reports.ts';
import { projectSettings } from '../project-settings.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { baselineHelp, baselineOptions, openBaseline } from './baseline-options.ts';
import { reportFleet } from '../../fleet/report-fleet.ts';
import { conclude } from './conclude.ts';

const reportHelp = `usage: leaklab report FOLDER… [--json] [--format F] [--output FILE] [--baseline FILE] [--accept]
                              [--since REF]
       leaklab report --fleet FOLDER [--json]

Combines the reports that test runners wrote to these folders (LEAKLAB_REPORTS=FOLDER), from any processes, Nodes
and machines: what leaked, in which tests, and who changed the line last.

${outputHelp}
${baselineHelp}
  --fleet FOLDER    merges the reports of leaklab/watch in a folder by line: the line that grows on most instances first
  --since REF       commit, branch or tag at which the change begins: older commits are not named as the cause

exit code: 0 no leaks, or only accepted ones, or no alarm in the fleet; 1 leaks, or an accepted leak is gone and
still in the baseline, or a project of the runner was not watched; 2 used wrongly`;

export const verb: Verb = { help: reportHelp, run: reportCommand };

/** Runs `leaklab report`, prints to standard output, and returns the exit code. */
async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...outputOptions, ...baselineOptions, since: { type: 'string' }, fleet: { type: 'string' } },
  });
  if (values.fleet !== undefined) return reportFleet(values.fleet, values.json, positionals);
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
      'run the tests with LEAKLAB_REPORTS, and with a runner in which leaklab is set up',
    );
  }
  return conclude(reports, {
    root,
    problems: read.flatMap(({ problems, unwatched }) => [...problems, ...unwatched]),
    outputs,
    isAccepting: values.accept,
    ...(baseline && { baseline }),
    ...(values.since !== undefined && { since: values.since }),
  });
}
