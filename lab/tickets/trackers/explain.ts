import { UsageError } from '../../shared/usage-error.ts';
import { Refused, Stopped } from './requests.ts';
import type { Tracker } from './tracker.ts';

/** Does work with a service, and turns what it refuses into an error that names the next step. */
export async function explained<Value>(tracker: Tracker, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refused ? explain(error, tracker) : error;
  }
}

/** Returns the error for a request that a service refused for good, with the next step. */
function explain({ message, status }: Refused, { service, project }: Tracker): UsageError | Stopped {
  const next = advice[status];
  if (next !== undefined) return new UsageError(message, next);
  if (status >= 300 && status < 400) {
    return new UsageError(message, `${service} moved ${project}: name its new place with --project or --url`);
  }
  if (status >= 400 && status < 500) return new UsageError(message, 'check --project and the settings');
  return new Stopped(message, 'run it again later: what is done is done');
}

const advice: Readonly<Partial<Record<number, string>>> = {
  401: 'set a token that is valid; the guide names the variable and the rights',
  403: 'use a token that may read and write issues; the guide names the rights',
  404: 'check --project and --url, and that the token may see the project',
  410: 'check --url, and that the project has issues switched on',
};
