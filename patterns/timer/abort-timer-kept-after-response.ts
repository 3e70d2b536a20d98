/**
 * An HTTP client aborts requests that take over half a minute, and its timer runs on after an answer in time.
 *
 * **What leaks** The `setTimeout` of each request that ended in time, whether it succeeded or failed.
 *
 * **Why it survives** Nothing ties the timer to the request: the response arrives, the promise settles, and the list of active timers still holds the callback, which holds the controller, the signal and the request's context.
 *
 * **How it shows up** A script that asks for one small document takes thirty seconds to exit. Under load a server holds the timers of the last half minute's requests, and everything those requests had in scope.
 *
 * **How to fix** Clear the timer in a finally, when the body has been read or the request has failed.
 *
 * **When this is not a leak** A timer that fires has done its work and is gone. `AbortSignal.timeout()` waits out its time too, but it is unref'd and holds the signal weakly.
 */
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Abort timer kept after the response',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['unjs/ofetch#361'],
  hints: [
    'Every request is read to its end. What was started beside it?',
    'What clears the timer when there is nothing left to abort?',
    'Keep the timer and clear it in a finally of the request.',
  ],
  node: '>=22',
} satisfies Pattern;

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const arrival = Promise.withResolvers<IncomingMessage>();
  // The service is asked once an hour, so no connection is kept open for it.
  get(url, { signal, agent: false }, arrival.resolve).on('error', arrival.reject);
  const response = await arrival.promise;
  const body = await json(response);
  if (response.statusCode !== 200) throw new Error(`${url.pathname}: status ${response.statusCode}`);
  return body;
}

/** Creates a client of one service; a request that takes longer than its limit is aborted. */
function createClient(origin: string) {
  return (path: string, limit = 30_000): Promise<unknown> => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), limit); // LEAK: timer x2
    return readJson(new URL(path, origin), controller.signal);
  };
}

const messageOf = (error: Error) => error.message;

export async function run(lab: Lab): Promise<Outcome> {
  const ask = createClient(lab.upstream.http);
  const found = JSON.stringify(await ask('/ok'));
  const failed = String(await ask('/error').catch(messageOf));
  const stalled = String(await ask('/stall-headers', 5).catch(messageOf));
  return { found, failed, stalled };
}
