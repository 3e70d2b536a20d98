import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBaseline } from '../../ci/report/baseline-options.ts';
import { rootOf } from '../../ci/git.ts';
import { readReports } from '../../ci/formats/read-reports.ts';
import { projectSettings } from '../../ci/project-settings.ts';
import { formatRecords } from '../../shared/json-records.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { openHistory, storeHelp, storeOptions } from '../store-options.ts';
import { addReports, tellOfRun, type AddedRun } from './add-run.ts';

const addHelp = `usage: leaklab history add REPORTS… [--file FILE | --store URL] [--project NAME] [--run NAME] [--branch NAME]
                                [--baseline FILE] [--since REF] [--json]

Adds a run of the tests to the history, from the folders of reports that its test runners wrote (LEAKLAB_REPORTS):
a record of the run, and one for each cause. The same run twice is one. Leaks that the baseline accepts are part of
the history; those that a rule tolerates are not.

${storeHelp}
  --run NAME        the name of the run; default that of the CI service, else a hash of commit and reports
  --branch NAME     the branch that was tested; default as the CI service or git says
  --baseline FILE   leaks that are accepted for now; default "baseline" of leaklab.json
  --since REF       commit, branch or tag at which the change begins: older commits are not named as the cause

exit code: 0 added, or it was there; 2 used wrongly, or the history can't be used: then it stays as it was`;

export const verb: Verb = { help: addHelp, run: addCommand };

async function addCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...storeOptions,
      run: { type: 'string' },
      baseline: { type: 'string' },
      since: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) {
    throw new UsageError(
      'no folder of reports',
      'leaklab history add reports/, after LEAKLAB_REPORTS=reports/ npm test',
    );
  }
  const baseline = openBaseline({ baseline: values.baseline, accept: false }, projectSettings().baseline);
  const root = await rootOf(process.cwd());
  const read = positionals.map((folder) => readReports(resolve(folder), root));
  const reports = read.flatMap((each) => each.reports);
  if (reports.length === 0) {
    throw new UsageError(
      `no reports in ${positionals.join(', ')}: nothing was watched`,
      'run the tests with LEAKLAB_REPORTS, and with a runner in which leaklab is set up',
    );
  }
  for (const { message } of read.flatMap(({ problems }) => problems)) process.stderr.write(`${message}\n`);
  const { run: name, branch } = values;
  if (name?.trim() === '') throw new UsageError('--run is empty', '--run nightly-2026-11-30');
  if (branch?.trim() === '') throw new UsageError('--branch is empty', '--branch main');
  const { store } = await openHistory(values);
  try {
    const added = await addReports(store, {
      name,
      branch,
      reports,
      root,
      lastReport: lastChange(positionals),
      ...(baseline && { baseline }),
      ...(values.since !== undefined && { since: values.since }),
    });
    print(added, store.name, values.json);
    return 0;
  } finally {
    await store.close();
  }
}

/** Returns the time at which the last of these reports was written. */
function lastChange(folders: readonly string[]): Date {
  const times = folders.flatMap((folder) =>
    globSync('**/*.jsonl', { cwd: folder }).map((path) => statSync(join(folder, path)).mtimeMs),
  );
  return new Date(times.reduce((last, time) => Math.max(last, time), 0));
}

function print(added: AddedRun, store: string, isJson: boolean): void {
  for (const remark of added.remarks) process.stderr.write(`${remark}\n`);
  process.stdout.write(isJson ? formatRecords(asJson(added, store)) : `${tellOfRun(added, store)}\n`);
}

function asJson({ block, isNew, newCauses, reopened }: AddedRun, store: string): object {
  const { run, time, commit, branch, fixed = [] } = block.run;
  return {
    version: 1,
    history: store,
    run,
    time,
    commit,
    branch,
    isNew,
    causes: block.leaks.length,
    newCauses,
    reopened,
    fixed,
  };
}
