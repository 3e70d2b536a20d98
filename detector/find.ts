import type { Report } from './finding.ts';
import type { Scope } from './active-scope.ts';
import { findGrowth } from './growth/find-growth.ts';
import { builtInRules } from './ignore.ts';
import { LeakError } from './leak-error.ts';
import type { Level } from './level.ts';
import { snapshot } from './scope.ts';
import type { ScopeOptions } from './scope-options.ts';

const usualRuns = 5;
const fewestRuns = 3;

/** What a check of a piece of work can be told, beside what a scope can. */
export interface FindOptions extends Omit<ScopeOptions, 'level'> {
  /**
   * What watching may cost; default `light`. At `heap`, work that leaves nothing at level `full` is run again
   * and again, some twenty to a hundred times, to see what holds more memory after each run.
   */
  readonly level?: Level | 'heap';
  /** At level `heap`: after how many runs growth is suspected, from 3 up; default 5. */
  readonly runs?: number;
  /**
   * Whether the work may be run again at level `full` when the cheap run has left something, or something that
   * nobody can judge; default false. The second run has the last word.
   */
  readonly rerun?: boolean;
}

/**
 * Runs `work` in a scope of its own and says what it leaves.
 *
 * @throws what `work` throws, after the check; as the `cause` of a {@link LeakError} if something is left
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function find(work: () => unknown, options: FindOptions = {}): Promise<Report> {
  return watched(work, options, ({ report, failure }) => {
    if (failure) throw report.leaks.length === 0 ? failure.error : errorOf(report, failure);
    return report;
  });
}

/**
 * Runs `work` in a scope of its own and verifies that it leaves nothing, also when it fails.
 *
 * @throws {@link LeakError} if something is left; its `cause` is what `work` has thrown, if it has
 * @throws what `work` throws, if nothing is left
 */
export function verifyNone(work: () => unknown, options: FindOptions = {}): Promise<void> {
  return watched(work, options, ({ report, failure }) => {
    if (report.leaks.length > 0) throw errorOf(report, failure);
    if (failure) throw failure.error;
  });
}

interface Failure {
  readonly error: unknown;
}

interface Found {
  readonly report: Report;
  readonly failure?: Failure;
}

function errorOf(report: Report, failure: Failure | undefined): LeakError {
  return new LeakError(report, failure && { cause: failure.error });
}

/**
 * The first scope begins before there is a promise to wait for: so the probes see that promise being made, and
 * know that whoever waits for it waits for the check.
 */
function watched<Result>(
  work: () => unknown,
  { rerun = false, runs, level, ...options }: FindOptions,
  judge: (found: Found) => Result,
): Promise<Result> {
  let scope: Scope;
  const isOfHeap = level === 'heap';
  const asked: ScopeOptions = {
    ...options,
    ...(level !== undefined && { level: isOfHeap ? 'full' : level }),
  };
  try {
    if (rerun && (isOfHeap || level === 'full')) {
      throw new TypeError(
        `\`rerun\` and level '${level}' contradict each other: a second run could see no more`,
      );
    }
    if (runs !== undefined) checkRuns(runs, isOfHeap);
    scope = snapshot(asked);
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
  if (isOfHeap) return runOnHeap(scope, work, asked, runs).then(judge);
  return runIn(scope, work, rerun, asked).then(judge);
}

function checkRuns(runs: number, isOfHeap: boolean): void {
  if (!isOfHeap)
    throw new TypeError("`runs` is for level 'heap', which runs the work again: ask for that level");
  if (!Number.isSafeInteger(runs) || runs < fewestRuns) {
    throw new TypeError(`expected \`runs\` to be a whole number from ${fewestRuns} up, got ${String(runs)}`);
  }
}

/** Memory is looked at when nothing else is left: what is left grows as well, and has a better name. */
async function runOnHeap(
  scope: Scope,
  work: () => unknown,
  options: ScopeOptions,
  runs = usualRuns,
): Promise<Found> {
  const found = await runAndFind(scope, work);
  if (found.failure || found.report.leaks.length > 0) return found;
  const { name = 'scope', ignore = [], policy } = options;
  const rules = { builtIn: builtInRules, own: [...ignore, ...(policy?.rules ?? [])] };
  const grown = await findGrowth(work, { owner: { name }, rules, runs });
  const { report } = found;
  return {
    report: {
      ...report,
      leaks: grown.leaks,
      ignored: [...report.ignored, ...grown.ignored],
      unusedRules: report.unusedRules.filter((rule) => grown.unusedRules.includes(rule)),
    },
  };
}

async function runIn(
  scope: Scope,
  work: () => unknown,
  rerun: boolean,
  options: ScopeOptions,
): Promise<Found> {
  const found = await runAndFind(scope, work);
  const isSuspicious = found.report.leaks.length > 0 || found.report.notJudged.some(({ count }) => count);
  return rerun && isSuspicious ? runAndFind(snapshot({ ...options, level: 'full' }), work) : found;
}

async function runAndFind(scope: Scope, work: () => unknown): Promise<Found> {
  try {
    const failure = await scope.run(async () => failureOf(work));
    const report = await scope.find();
    return failure ? { report, failure } : { report };
  } finally {
    scope.dispose();
  }
}

async function failureOf(work: () => unknown): Promise<Failure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}
