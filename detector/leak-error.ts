import type { Report } from './finding.ts';
import { formatReport } from './report-text.ts';

/** Thrown by `verifyNone`; its message is the report as text. */
export class LeakError extends Error {
  readonly report: Report;

  constructor(report: Report, options?: ErrorOptions) {
    super(formatReport(report), options);
    this.name = 'LeakError';
    this.report = report;
  }
}
