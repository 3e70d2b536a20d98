/**
 * Tried: no keep-alive is sent for a call that is aborted.
 *
 * **Still leaks because** an interval that does nothing is still an interval.
 */
import type { Outcome } from '../../lab/contract.ts';

interface Call {
  readonly abort: AbortController;
  readonly signs: NodeJS.Timeout;
}

// TRIED: not for an aborted call
function sendSign(signal: AbortSignal, send: () => void): void {
  if (!signal.aborted) send();
}

class ToolServer {
  readonly #calls = new Map<number, Call>();
  readonly log: string[] = [];

  start(id: number): AbortSignal {
    const abort = new AbortController();
    const signs = setInterval(() => sendSign(abort.signal, () => this.log.push(`${id} is alive`)), 15_000); // TRIED: checks the signal // LEAK: timer
    this.#calls.set(id, { abort, signs });
    return abort.signal;
  }

  sendResult(id: number, result: string): void {
    clearInterval(this.#calls.get(id)?.signs);
    this.#calls.delete(id);
    this.log.push(`${id}: ${result}`);
  }

  cancel(id: number): void {
    const call = this.#calls.get(id);
    call?.abort.abort();
    this.#calls.delete(id);
    this.log.push(`${id} cancelled`);
  }
}

export async function run(): Promise<Outcome> {
  const server = new ToolServer();
  server.start(1);
  server.sendResult(1, '42 files');
  const signal = server.start(2);
  server.cancel(2);
  return { log: server.log, isAborted: signal.aborted };
}
