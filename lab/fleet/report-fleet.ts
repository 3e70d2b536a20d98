import { resolve } from 'node:path';
import { UsageError } from '../shared/usage-error.ts';
import { mergeFleet } from './fleet.ts';
import { formatFleet } from './format-fleet.ts';
import { readFleet } from './read-fleet.ts';

/**
 * Runs `leaklab report --fleet`, prints to standard output, and returns the exit code: 1 if a line alarms.
 *
 * @param more arguments beside the folder
 */
export function reportFleet(folder: string, isJson: boolean, more: readonly string[]): number {
  const [extra] = more;
  if (extra !== undefined)
    throw new UsageError(`--fleet ${folder} with another folder, ${extra}`, 'leaklab report --fleet FOLDER');
  const fleet = mergeFleet(readFleet(resolve(folder)));
  process.stdout.write(isJson ? `${JSON.stringify(fleet, null, 2)}\n` : formatFleet(fleet, process.cwd()));
  return fleet.lines.some(({ alarming }) => alarming > 0) ? 1 : 0;
}
