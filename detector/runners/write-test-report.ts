import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { messageOf } from '../error-message.ts';
import { reportsVariable, type TestReport } from './test-report.ts';

/**
 * Adds a line to the file of this process and thread, in the folder that {@link reportsVariable} names; without
 * that variable, nothing.
 *
 * @throws an error for people if it can't be written
 */
export function writeTestReport(report: TestReport): void {
  const folder = process.env[reportsVariable];
  if (folder === undefined || folder === '') return;
  try {
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, `${process.pid}-${threadId}.jsonl`), `${JSON.stringify(report)}\n`);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`can't write into the folder of ${reportsVariable}, ${folder}: ${why}`, { cause: error });
  }
}
