/** Fixed: a call that is over removes its listener. */
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
  user.addEventListener('abort', stop);
  return {
    signal: own.signal,
    over: () => {
      clearTimeout(deadline);
      user.removeEventListener('abort', stop); // FIX: the caller's signal lives on
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
