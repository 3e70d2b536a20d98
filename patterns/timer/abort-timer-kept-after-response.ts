/**
 * A fetch wrapper aborts requests that take half a minute, also those that were answered long ago.
 *
 * **What leaks** The `setTimeout` of each request that ended in time, well or badly.
 *
 * **Why it survives** Nothing ties the timer to the request: the response arrives, the promise settles, and the list of active timers still holds the callback, which holds the controller, the signal and the request's context.
 *
 * **How it shows up** A script that fetches one small document takes thirty seconds to exit. Under load a server holds the timers of the last half minute's requests, and with them everything those requests had in scope.
 *
 * **How to fix** Clear the timer in a finally, when the body has been read or the request has failed.
 *
 * **When this is not a leak** A timer that fires has done its work and is gone. `AbortSignal.timeout()` waits out its time too, but it is unref'd and holds the signal weakly.
 */
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Abort timer that is not cleared when the response is there',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['unjs/ofetch#361'],
  hints: [
    'Every request is read to its end. What was started beside it?',
    'Who tells the timer that there is nothing left to abort?',
    'Keep the timer and clear it in a finally of the request.',
  ],
  node: '>=22',
} satisfies Pattern;

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  // It is asked once an hour: no connection needs to be kept for that.
  const response = await fetch(url, { signal, headers: { connection: 'close' } });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${url.pathname}: status ${response.status}`);
  return body;
}

/** Creates a client of one service; a request that takes longer than its limit is aborted. */
function createClient(origin: string) {
  return (path: string, limit = 30_000): Promise<unknown> => {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error(`${path}: aborted`));
    setTimeout(abort, limit); // LEAK: timer x2
    return readJson(new URL(path, origin), controller.signal);
  };
}

const reason = (error: Error) => error.message;

export async function run(lab: Lab): Promise<Outcome> {
  const get = createClient(lab.upstream.http);
  const found = await get('/ok');
  const failed = await get('/error').catch(reason);
  const stalled = await get('/stall-headers', 5).catch(reason);
  return { found: JSON.stringify(found), failed: String(failed), stalled: String(stalled) };
}
