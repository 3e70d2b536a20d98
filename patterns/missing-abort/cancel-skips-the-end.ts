/**
 * A server sends keep-alives for each call until its result is sent, and a cancelled call never has a result.
 *
 * **What leaks** The interval of each call that was cancelled.
 *
 * **Why it survives** The code that clears the interval stands where
 * the result is sent. A cancelled call is aborted and never gets there.
 *
 * **How it shows up** Assistants that cancel often keep a server busy with useless keep-alives.
 *
 * **How to fix** End a call in one place, with or without a result.
 *
 * **When this is not a leak** When a cancelled call sends an error as its result.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Keep-alive of a cancelled call never cleared',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['cyanheads/mcp-ts-core#401'],
  hints: [
    'The call is cancelled. Which line clears the interval?',
    'There are two ways to end a call, and only one clean-up.',
    'Clear it in `cancel` as well.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Call {
  readonly abort: AbortController;
  readonly signs: NodeJS.Timeout;
}

class ToolServer {
  readonly #calls = new Map<number, Call>();
  readonly log: string[] = [];

  start(id: number): AbortSignal {
    const abort = new AbortController();
    const signs = setInterval(() => this.log.push(`${id} is alive`), 15_000); // LEAK: timer
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
