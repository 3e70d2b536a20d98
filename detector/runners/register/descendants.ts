import type { Report } from '../../finding.ts';
import { counted } from '../../report/title.ts';
import type { Account, Family, ShortLeak } from './family.ts';

/** Returns the leaks of a report in short. */
export function inShort({ leaks }: Report): ShortLeak[] {
  return leaks.map(({ kind, count, site }) => ({
    kind,
    count,
    ...(site && { site: { file: site.file, line: site.line } }),
  }));
}

type Shown = (file: string) => string;

/** The facts that a process itself knows about those that it started. */
interface Started {
  /** The ids of its forks that ended by themselves. */
  readonly forks: readonly number[];
  /** The number of threads that were too busy to report when they were ended. */
  readonly busyThreads: number;
}

/** The verdict on the processes and threads that a process started. */
export interface Verdict {
  readonly lines: readonly string[];
  readonly hasFailed: boolean;
}

/**
 * Judges the processes and threads that this process started.
 *
 * @param shown returns a path as it is printed
 */
export function judgeDescendants(family: Family, { forks, busyThreads }: Started, shown: Shown): Verdict {
  const accounts = family.accounts().filter(({ leaks }) => leaks.length > 0);
  const leaking = accounts.filter(({ isOver }) => isOver);
  const ended = accounts.filter(({ isOver }) => !isOver);
  const unwatched = forks.filter((pid) => !family.hasMember(String(pid)));
  const isBlind = forks.length > 0 && unwatched.length === forks.length;
  return {
    lines: [
      ...(leaking.length > 0 ? [`the run fails because of ${together(leaking, shown)}`] : []),
      ...(ended.length > 0 ? [`ended from outside before a check, idle with ${together(ended, shown)}`] : []),
      ...(busyThreads > 0 ? [busy(busyThreads)] : []),
      ...(isBlind ? [blind(unwatched.length)] : []),
    ],
    hasFailed: leaking.length > 0 || isBlind,
  };
}

/** Names each place once, however many processes leaked there, and the programs. */
function together(accounts: readonly Account[], shown: Shown): string {
  const leaks = accounts.flatMap((each) => each.leaks);
  const places = Map.groupBy(leaks, ({ kind, site }) => `${site?.file}:${site?.line} ${kind}`);
  const inOrder = [...places].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const named = inOrder.flatMap(([, same]) => {
    const [first] = same;
    if (!first) return [];
    const { kind, site } = first;
    const sum = same.reduce((all, { count }) => all + count, 0);
    return [`${counted(kind, sum)}${site ? ` at ${shown(site.file)}:${site.line}` : ''}`];
  });
  const programs = [...new Set(accounts.map(({ program }) => shown(program)))];
  return `${named.join(', ')} in ${programs.toSorted().join(', ')}`;
}

function blind(count: number): string {
  const whom = count === 1 ? 'its worker process' : `its ${count} worker processes`;
  const how = `${count === 1 ? 'it was' : 'they were'} started without NODE_OPTIONS; pass process.env on`;
  return `the run fails because leaklab did not watch ${whom}: ${how}`;
}

function busy(count: number): string {
  const what = count === 1 ? 'a thread was' : `${count} threads were`;
  return `${what} too busy to report when terminate() was called, and not checked`;
}
