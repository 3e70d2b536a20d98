/**
 * Tried: the limit of listeners on the signal is raised.
 *
 * **Still leaks because** the signal keeps each listener as before, and only the warning is gone.
 */
import { setMaxListeners } from 'node:events'; // TRIED: no warning
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

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
  setMaxListeners(0, user); // TRIED: no warning
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
