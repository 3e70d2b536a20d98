import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';
import { messageOf } from './error-message.ts';

/**
 * Returns the value that a JSON file holds, still to be checked.
 *
 * @param next advice for a file that can't be used
 * @throws UsageError if it can't be read or parsed
 */
export function readJson(file: string, next: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`, next);
  }
}
