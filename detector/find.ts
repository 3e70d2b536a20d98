import type { Report } from './finding.ts';
import type { Scope } from './scope/active-scope.ts';
import { builtInRules } from './report/rule-match.ts';
import { LeakError } from './report/leak-error.ts';
import type { Level } from './origin/level.ts';
import { snapshot } from './scope/snapshot.ts';
import type { ScopeOptions } from './scope/options.ts';

const usualRuns = 5;
const fewestRuns = 3;

/**
 * The options of {@link find} and {@link verifyNone}: those of a scope, and the number of runs.
 *
 * @example
 * ```ts
 * import { find, type FindOptions } from 'leaklab';
 *
 * const options: FindOptions = { name: 'import of orders', rerun: true };
 * const report = await find(() => new Map([['order', 1]]), options);
 * console.log(report.leaks.length); // 0
 * ```
 */
export interface FindOptions extends Omit<ScopeOptions, 'level'> {
  /**
   * The cost of watching; default `light`. At `heap`, the work runs at level `full` first; if it leaks nothing, it
   * runs twenty to a hundred times more, to find what holds more memory after each run.
   */
  readonly level?: Level | 'heap';
  /** The number of runs after which growth is suspected, at level `heap`: a whole number from 3 up; default 5. */
  readonly runs?: number;
  /**
   * Allows a second run at level `full` if the cheap one leaks, or can't judge something; default false. The second
   * run decides.
   */
  readonly rerun?: boolean;
}

/**
 * Runs `work` in a new scope and reports what leaks.
 *
 * @param work a function without arguments; a promise that it returns is awaited
 * @throws what `work` throws, after the check; as the `cause` of a {@link LeakError} if something leaked too
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 * @example
 * ```ts
 * import { find } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * const { leaks } = await find(() => {
 *   timer = setInterval(() => {}, 1000);
 * });
 * console.log(leaks[0]?.kind, leaks[0]?.site?.line); // timer 5
 * clearInterval(timer);
 * ```
 */
export function find(work: () => unknown, options: FindOptions = {}): Promise<Report> {
  return watched(work, options, ({ report, failure }) => {
    if (failure) throw report.leaks.length === 0 ? failure.error : errorOf(report, failure);
    return report;
  });
}

/**
 * Runs `work` in a new scope and verifies that nothing leaks, even if `work` fails.
 *
 * @param work a function without arguments; a promise that it returns is awaited
 * @throws {@link LeakError} if something leaks; its `cause` is what `work` threw, if anything
 * @throws what `work` throws, if nothing leaks
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 * @example
 * ```ts
 * import { verifyNone } from 'leaklab';
 *
 * await verifyNone(async () => {
 *   const timer = setInterval(() => {}, 1000);
 *   clearInterval(timer);
 * });
 * console.log('nothing leaked');
 * ```
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
 * Runs the work and judges the report.
 *
 * The scope begins before the caller has a promise to await: the probes see that promise being made, and know that
 * awaits of it wait for the check.
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

/** Looks for growth of memory only if nothing else leaked: any leak grows too, and its own kind says more. */
async function runOnHeap(
  scope: Scope,
  work: () => unknown,
  options: ScopeOptions,
  runs = usualRuns,
): Promise<Found> {
  // a program that doesn't ask for it has not to load it
  const { CallHistory } = await import('./growth/call-history.ts');
  const { findGrowth } = await import('./growth/find-growth.ts');
  const first = new CallHistory();
  const found = await runAndFind(scope, () => first.during(work));
  if (found.failure || found.report.leaks.length > 0) return found;
  const { name = 'scope', ignore = [], policy } = options;
  const rules = { builtIn: builtInRules, own: [...ignore, ...(policy?.rules ?? [])] };
  const grown = await findGrowth(work, { owner: { name }, rules, runs, first });
  const { report } = found;
  return {
    report: {
      ...report,
      leaks: grown.leaks,
      notJudged: [...report.notJudged, ...grown.notJudged],
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
