import type { Report } from '../finding.ts';
import { formatReport } from './format-report.ts';

/** What is known beside the report. */
export interface LeakErrorOptions extends ErrorOptions {
  /** What has left it: a test with its file, say. Stands before the report. */
  readonly by?: string;
}

/** Thrown by `verifyNone`; its message is the report as text. */
export class LeakError extends Error {
  declare readonly report: Report;

  constructor(report: Report, { by, ...options }: LeakErrorOptions = {}) {
    super(`${by === undefined ? '' : `${by}: `}${formatReport(report)}`, options);
    this.name = 'LeakError';
    // the message says it: runners that print an error's properties need not
    Object.defineProperty(this, 'report', { value: report });
  }
}
