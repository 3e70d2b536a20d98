import { defaultMaxListeners } from 'node:events';
import { relative, resolve, sep } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { messageOf } from '../../engine/error-message.ts';
import { now } from '../../engine/real-clock.ts';
import type { Finding, Report } from '../../finding.ts';
import { formatReport, wantsColour } from '../../report/format-report.ts';
import { BaselineError } from '../../report/baseline.ts';
import type { IgnoreRule } from '../../rules/rule.ts';
import { registry } from '../../scope/registry.ts';
import { openScope } from '../../scope/snapshot.ts';
import { inShort, judgeDescendants } from './descendants.ts';
import { Family, threadName } from './family.ts';
import { watchForks } from './forks.ts';
import { watchEnd } from './process-end.ts';
import { watchTerminate } from './thread-end.ts';
import { whenQuiet } from './when-idle.ts';
import { print } from '../output/print.ts';
import type { Session } from '../verify/session.ts';

/** The longest time in ms for which a program may wait on purpose. */
const longestPause = 60_000;

/** Reports whether a timer is about to fire once, for which the process waits. */
function isSoon({ kind, facts }: Finding): boolean {
  if (kind !== 'timer' || facts?.repeats !== false || facts.ref !== true) return false;
  return facts.ms !== undefined && facts.ms <= longestPause;
}

/**
 * Watches until the end of the process, or of the thread.
 *
 * @param rules the rules of the project's policy
 */
export function watchRun(session: Session, rules: readonly IgnoreRule[]): void {
  const { judge, settings } = session;
  const { level, without, quietAfter, exitWhenQuiet } = settings;
  const program = resolve(process.argv[1] ?? '');
  const family = Family.join();
  const endedForks = watchForks();
  const busyThreads = watchTerminate(
    (id) => family.hasMember(threadName(id)),
    () => endNow(),
  );
  const scope = openScope({
    name: shown(program),
    level,
    without,
    wholeRun: true,
    // the loop is empty or has long been idle: nothing is about to end
    budget: 0,
    ...(level !== 'counts' && { ignore: rules }),
  });
  let report: Report | undefined;
  let isEnding = false;
  let isOver = false;
  let hasFailed = false;
  let printed = '';

  const printLeaks = (when: string): void => {
    // only the first process tells what was not judged: a runner's workers are many
    if (!report || (report.leaks.length === 0 && !(family.isFirst && isUnsure(report)))) return;
    const text = formatReport(report, { colour: wantsColour(process.stderr) });
    if (text !== printed) print(`leaklab: ${shown(program)}: ${when}${text}\n`);
    printed = text;
  };

  const note = (found: Report): void => family.note({ program, leaks: inShort(found), isOver });

  const identity = { unit: 'run', file: program, name: [] } as const;
  const conclude = (): void => {
    isOver = true;
    if (!report) return;
    const before = report.leaks.length;
    report = accepting(judge, report, program);
    printLeaks('');
    judge.write(identity, report);
    if (settings.isAccepting && report.leaks.length < before) judge.summarise(shown(program));
    note(report);
  };

  /** Reports a failure of leaklab itself, which must not end the program otherwise than it would end. */
  const fail = (error: unknown): void => {
    hasFailed = true;
    print(`leaklab: ${shown(program)}: the check failed, so leaks may be missing: ${messageOf(error)}\n`);
  };

  const lookNow = (): void => {
    report = judge.accepted(cutOff(ofTheProgram(scope.findNow())));
  };

  const endNow = (): void => {
    if (isOver) return;
    lookNow();
    conclude();
  };

  /** Prints what those that this process started leaked, and reports whether that fails it. */
  const hasFailedBelow = (): boolean => {
    if (!settings.children) return false;
    const { lines, hasFailed } = judgeDescendants(
      family,
      { forks: endedForks(), busyThreads: busyThreads() },
      shown,
    );
    if (family.isFirst) for (const line of lines) print(`leaklab: ${line}\n`);
    return hasFailed;
  };

  // a child process or a thread usually waits for its parent
  const isWaiting = !isMainThread || process.channel !== undefined;
  const quiet = async (): Promise<void> => {
    report = judge.accepted(ofTheProgram(await scope.find()));
    if (isOver) return;
    if (isWaiting) {
      // its parent may end it before it can report
      note(report);
      return;
    }
    // it goes on by itself
    if (report.leaks.some(isSoon)) return;
    stop?.();
    printLeaks(`nothing happened for ${quietAfter} ms; `);
    if (!exitWhenQuiet || report.leaks.length === 0) return;
    isEnding = true;
    process.exit();
  };
  const canBeQuiet = quietAfter > 0 && !(isWaiting && family.isFirst);
  const stop = canBeQuiet ? whenQuiet(quietAfter, quiet) : undefined;

  watchEnd({
    idle: async () => {
      stop?.();
      // the check makes turns of the loop, in which a timer may be due that the program did not wait for
      const release = registry.watch.holdTimers();
      try {
        const begin = now();
        const found = release ? await scope.find() : scope.findNow();
        judge.noteWait(identity, now() - begin);
        report = judge.accepted(ofTheProgram(found));
      } catch (error) {
        fail(error);
      }
      return release ?? (() => {});
    },
    exit: ({ hasCrashed, isIdle }) => {
      try {
        // a crash leaves things open without a leak
        if (hasCrashed) return 0;
        if (!isIdle && !isEnding && !isOver) lookNow();
        if (!isOver) conclude();
        const hasLeaked = report !== undefined && report.leaks.length > 0;
        return hasFailedBelow() || hasLeaked || hasFailed ? 1 : 0;
      } catch (error) {
        fail(error);
        return 1;
      } finally {
        family.end();
      }
    },
  });
}

/** Accepts what leaked, in a run that does. */
function accepting(judge: Session['judge'], report: Report, program: string): Report {
  try {
    judge.accept(report, program);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    print(`leaklab: ${error.message}\n`);
  }
  return judge.accepted(report);
}

function shown(file: string): string {
  const path = relative(process.cwd(), file);
  if (path === '') return 'node';
  return path.startsWith('..') ? file : path;
}

/** Reports whether something could not be judged. */
function isUnsure({ notJudged, failedProbes }: Report): boolean {
  return notJudged.length > 0 || failedProbes.length > 0;
}

/** Tolerates what packages keep for themselves and what is set up once for the whole run. */
function ofTheProgram(report: Report): Report {
  return tolerating(report, ({ kind, type, count, site, stack, package: by, facts }) => {
    const isCounted = stack.length === 0;
    if (!isCounted && (!site || site.file.includes(`${sep}node_modules${sep}`))) {
      return 'made by a package for itself';
    }
    const isLimit = kind === 'timer' && facts?.repeats === false && facts.ref === false;
    if (isLimit && by !== undefined) return 'a time limit that a package sets, and that keeps nothing alive';
    if (type === 'IntervalHistogram' && count === 1 && by !== undefined) {
      return 'a gauge that a package sets up for the whole run, and that keeps nothing alive';
    }
    return kind === 'listener' && count <= defaultMaxListeners ? 'set up for the whole run' : undefined;
  });
}

/** Tolerates what was under way when the program exited, and might have ended. */
function cutOff(report: Report): Report {
  return tolerating(report, ({ kind, evidence }) =>
    kind === 'request' || evidence === 'pending' ? 'under way when the program exited' : undefined,
  );
}

function tolerating(report: Report, reasonFor: (finding: Finding) => string | undefined): Report {
  const leaks: Finding[] = [];
  const ignored = [...report.ignored];
  for (const leak of report.leaks) {
    const reason = reasonFor(leak);
    if (reason === undefined) leaks.push(leak);
    else ignored.push({ ...leak, reason });
  }
  return { ...report, leaks, ignored };
}
