/**
 * An SDK joins the caller's signal to a deadline with a
 * listener, and clears only the deadline after the answer.
 *
 * **What leaks** One listener on the caller's signal for each call.
 *
 * **Why it survives** A listener on the caller's signal joins the two. The answer clears the deadline
 * but not the listener, which keeps the controller and everything that listens to its signal.
 *
 * **How it shows up** A caller that uses one signal for thousands
 * of calls, as a worker does, sees the warning and a growing heap.
 *
 * **How to fix** Remove the listener when the answer comes.
 *
 * **When this is not a leak** When the caller makes a new signal for each call.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener that joins two signals never removed',
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

/** Aborted when this worker should stop. */
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
