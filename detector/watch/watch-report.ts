import type { Api, Site } from '../finding.ts';
import type { Kind } from '../kinds.ts';

/**
 * A line of the program whose resources stay open.
 *
 * @example
 * ```ts
 * import { watch, type WatchedLine } from 'leaklab/watch';
 *
 * const watching = watch();
 * const shown = ({ kind, count, site }: WatchedLine): string => `${count} ${kind} at ${site?.file}`;
 * console.log(watching.report().lines.map(shown)); // []
 * watching.stop();
 * ```
 */
export interface WatchedLine {
  readonly kind: Kind;
  /** The name that the engine or the platform uses: `Timeout`, `TCPWRAP`, `fetch`. */
  readonly type: string;
  /** The line of the program that made the resources; absent if no line of a stack is the program's. */
  readonly site?: Site;
  /** The outermost function between the line and the resource. */
  readonly api?: Api;
  /** The resources of the line that are open, estimated from those that were sampled. */
  readonly count: number;
  /** The ms since the line's oldest open resource was first seen. */
  readonly age: number;
  /** The resources by which the line grew in each minute of its last sample. */
  readonly growth: number;
  /** True while the line is alarming: it has grown in each window, and has stayed high since. */
  readonly alarm: boolean;
  /** The stack of one of the resources, innermost frame first. */
  readonly stack: readonly Site[];
}

/**
 * The report of a watch; its JSON form is stable under its `version`.
 *
 * @example
 * ```ts
 * import { watch, type WatchReport } from 'leaklab/watch';
 *
 * const watching = watch();
 * const report: WatchReport = watching.report();
 * console.log(report.version, report.lines); // 1 []
 * watching.stop();
 * ```
 */
export interface WatchReport {
  readonly version: 1;
  /** The process and thread that was watched. */
  readonly instance: {
    readonly host: string;
    readonly pid: number;
    readonly thread: number;
    readonly node: string;
    /** The time at which the watch began, in ISO format. */
    readonly since: string;
  };
  /** The time of the report, in ISO format. */
  readonly at: string;
  /** The lines whose resources stay open, the highest count × age first. */
  readonly lines: readonly WatchedLine[];
  /** The numbers of what is open, by type, at the last count. */
  readonly counts: readonly {
    readonly type: string;
    readonly count: number;
    readonly growing: boolean;
  }[];
  /** True while stacks are taken. */
  readonly sampling: boolean;
  readonly budget: {
    /** The share of the CPU that the watch may use. */
    readonly cpu: number;
    /** The share that it used in the last one to two minutes. */
    readonly used: number;
    /** The ms of CPU that it has used since it began; hooks that take no stack are estimated. */
    readonly spent: number;
    /** The stacks taken since it began. */
    readonly stacks: number;
    /** The bytes that it may hold, and those that it holds, estimated. */
    readonly memory: number;
    readonly held: number;
    /** The number of times that it withdrew rather than exceed its budget. */
    readonly withdrawals: number;
    readonly lastReason?: 'cpu' | 'memory';
    /** True while it rests, and counts nothing. */
    readonly resting: boolean;
  };
  /** The probes and callbacks that failed, with the message of the error. */
  readonly problems: readonly string[];
}
