import { parseArgs } from 'node:util';
import { counted, plain } from '../../../detector/internal.ts';
import { plural } from '../../ci/formats/tell.ts';
import { formatRecords } from '../../shared/json-records.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { nameInCi } from '../add/run-identity.ts';
import { historySettings } from '../history-settings.ts';
import type { LeakRecord } from '../records.ts';
import { openHistory, storeHelp, storeOptions } from '../store-options.ts';
import { Ratchet, type Outcome, type Risen } from './ratchet.ts';

const checkHelp = `usage: leaklab history check [--branch NAME] [--run NAME] [--file FILE | --store URL] [--project NAME] [--json]

Compares a run with the last one of the target branch: fails if it has more causes, or if their weighted sum is
higher, and names them, their commits and authors. Where it has fewer, the mark falls with it. A cause whose tests
were not watched counts as still there.

${storeHelp}
  --branch NAME     the target branch; default "branch" of "history" in leaklab.json, else the target of the merge
                    request; without one, all runs are of one branch
  --run NAME        the run to compare; default this one of the CI service, else the last one

leaklab.json can weigh kinds: { "history": { "weights": { "server": 5, "timer": 1 } } }; default 1 each

exit code: 0 no rise, also for the first run; 1 a rise; 2 used wrongly`;

export const verb: Verb = { help: checkHelp, run: checkCommand };

async function checkCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { ...storeOptions, run: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const opened = await openHistory(values);
  const { store } = opened;
  const target = opened.branch ?? targetIn(process.env);
  try {
    const ratchet = new Ratchet(target, values.run ?? nameInCi(process.env));
    for await (const block of (await store.read()).blocks) ratchet.add(block);
    const outcome = ratchet.outcome(historySettings().weights);
    if (!outcome) throw new UsageError(`${store.name} has no runs`, 'leaklab history add reports/');
    if (!ratchet.isFound && values.run !== undefined) {
      throw new UsageError(
        `${store.name} has no run ${JSON.stringify(values.run)}`,
        `the last one is ${outcome.run.run}`,
      );
    }
    const { json } = values;
    process.stdout.write(
      json ? formatRecords(asJson(outcome, target)) : `${tell(outcome, target).join('\n')}\n`,
    );
    return outcome.holds ? 0 : 1;
  } finally {
    await store.close();
  }
}

function targetIn(env: NodeJS.ProcessEnv): string | undefined {
  return (
    env['GITHUB_BASE_REF'] || env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] || env['CHANGE_TARGET'] || undefined
  );
}

function asJson({ run, mark, now, before, holds, risen, gone, unwatched }: Outcome, target?: string): object {
  return {
    version: 1,
    holds,
    run: run.run,
    ...(target !== undefined && { branch: target }),
    ...(mark && { mark: mark.run }),
    now,
    ...(before && { before }),
    unwatched,
    risen: risen.map(({ leak, before: count }) => ({ before: count, ...leak })),
    gone: gone.map(({ cause, kind, place }) => ({ cause, kind, ...(place && { place }) })),
  };
}

/** Returns the lines of an outcome. */
function tell(outcome: Outcome, target: string | undefined): string[] {
  const { run, mark, now, before, holds, risen, gone, unwatched } = outcome;
  const level = `${now.causes} ${plural(now.causes, 'cause')}, weighted sum ${rounded(now.sum)}`;
  if (!mark || !before) {
    const of = target === undefined ? '' : ` of branch ${target}`;
    return [`holds: ${level}: the first run${of}, so there is nothing to compare with`];
  }
  const from = `${before.causes}, weighted sum ${rounded(before.sum)}`;
  const lines = [
    ...risen.flatMap(linesOf),
    ...gone.map((leak) => `gone: ${nameOf(leak)}`),
    ...(unwatched > 0
      ? [`${unwatched} ${plural(unwatched, 'cause')} not watched by this run, counted as still there`]
      : []),
  ];
  const isLower = now.causes < before.causes || now.sum < before.sum;
  const than = `run ${mark.run}${mark.branch === undefined ? '' : ` of ${mark.branch}`} on ${mark.time.slice(0, 10)}`;
  const what = `run ${run.run} has ${level}; ${than} had ${from}`;
  if (!holds) {
    const next = 'next: fix them, or compare with another branch: --branch';
    return [...lines, ...(lines.length > 0 ? [''] : []), `fails: ${what}`, next];
  }
  const lowered = isLower && (run.branch === undefined || target === undefined || run.branch === target);
  return [...lines, `holds: ${what}${lowered ? '; the mark falls' : ''}`];
}

function linesOf({ leak, before }: Risen): string[] {
  const { author, change, tests } = leak;
  const by = author === undefined ? 'author unknown' : `last changed by ${plain(author)}`;
  const commit = change === undefined ? '' : ` in ${change.slice(0, 12)}`;
  const [test] = tests;
  return [
    `${before === 0 ? 'new' : `more than ${before}`}: ${nameOf(leak)}`,
    `  ${by}${commit}${test === undefined ? '' : `; leaked by ${plain(test)}`}`,
  ];
}

function nameOf({ kind, count, place, function: name, cause }: LeakRecord): string {
  const at = place ? ` at ${plain(place.path)}:${place.line}` : '';
  const of = name === undefined || name === '<anonymous>' ? '' : ` in ${plain(name)}`;
  return `${counted(kind, count)}${at}${of} (cause ${cause.slice(0, 12)})`;
}

function rounded(sum: number): number {
  return Math.round(sum * 100) / 100;
}
