import type { Report } from '../finding.ts';
import { formatReport } from './format-report.ts';

/** The options of a {@link LeakError} beside the report. */
export interface LeakErrorOptions extends ErrorOptions {
  /** The name of the program or test that leaked; stands before the report in the message. */
  readonly by?: string;
}

/**
 * The error that `verifyNone` throws if something leaked.
 *
 * Its `message` is the report as {@link formatReport} writes it, its `report` the {@link Report} itself. Its `cause` is
 * what the work threw, if it threw.
 *
 * @example
 * ```ts
 * import { LeakError, verifyNone } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * try {
 *   await verifyNone(() => void (timer = setInterval(() => {}, 1000)), { budget: 10 });
 * } catch (error) {
 *   if (!(error instanceof LeakError)) throw error;
 *   console.log(error.report.leaks.length, error.message.split('\n')[0]); // 1 1 leak from 1 line
 * } finally {
 *   clearInterval(timer);
 * }
 * ```
 */
export class LeakError extends Error {
  /** The report of the check, with at least one leak. */
  declare readonly report: Report;

  constructor(report: Report, { by, ...options }: LeakErrorOptions = {}) {
    super(`${by === undefined ? '' : `${by}: `}${formatReport(report)}`, options);
    this.name = 'LeakError';
    // not enumerable: runners print an error's properties, and the message already has the report
    Object.defineProperty(this, 'report', { value: report });
  }
}
