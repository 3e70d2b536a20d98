/**
 * An SDK joins the caller's signal and a deadline of its own in a controller, and clears the deadline when it has
 * its answer.
 *
 * **What leaks** One listener on the caller's signal for each call.
 *
 * **Why it survives** The joining is a listener on the caller's signal. The answer ends the deadline and not the
 * listener, which keeps the controller and all that hangs on its signal.
 *
 * **How it shows up** A caller with one signal for thousands of calls, as a worker has, sees the warning and a
 * growing heap.
 *
 * **How to fix** Remove the listener with the answer.
 *
 * **When this is not a leak** When the caller makes a signal for each call.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Signal that is joined to a deadline by a listener that stays',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['Azure/azure-sdk-for-js#5649'],
  hints: [
    'What joins the two signals?',
    'The deadline is cleared. What is not?',
    'Keep the listener in a variable and remove it in a finally.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Aborted when this worker is to stop. */
const worker = new AbortController();

interface Call {
  readonly signal: AbortSignal;
  over(): void;
}

function startCall(user: AbortSignal, ms: number): Call {
  const own = new AbortController();
  const deadline = setTimeout(() => own.abort(new Error('deadline')), ms);
  const stop = (): void => own.abort(user.reason);
  user.addEventListener('abort', stop); // LEAK: listener x2
  return {
    signal: own.signal,
    over: () => {
      clearTimeout(deadline);
    },
  };
}

async function listBlobs(count: number, ms: number): Promise<string> {
  const call = startCall(worker.signal, ms);
  try {
    await sleep(count, undefined, { signal: call.signal });
    return `${count} blobs`;
  } catch {
    return 'deadline';
  } finally {
    call.over();
  }
}

export async function run(): Promise<Outcome> {
  return { few: await listBlobs(1, 60_000), many: await listBlobs(60_000, 1) };
}
