/**
 * A client puts its engine on a list of engines to kill at exit, and does not remove it when the client
 * disconnects.
 *
 * **What leaks** Each engine that was ever connected, with its buffers.
 *
 * **Why it survives** The list is needed at the end of the process and lives until then. `disconnect` stops the
 * engine and leaves it on the list.
 *
 * **How it shows up** Test suites that make a client for each test run out of memory halfway through.
 *
 * **How to fix** Remove the engine from the list when it is disconnected.
 *
 * **When this is not a leak** When a process makes only one engine.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Disconnected engine still on the list',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['prisma/orm#13232'],
  hints: [
    'Connect and disconnect. What is on the list?',
    'The list only ever gets longer.',
    'Use a `Set`, and delete the engine in `disconnect`.',
  ],
  node: '>=22',
} satisfies Pattern;

class Engine {
  readonly answers: Uint8Array = new Uint8Array(20_000);
  isRunning = true;

  kill(): void {
    this.isRunning = false;
  }
}

/** The engines to kill when the process exits. */
const engines = new Set<Engine>();

class Client {
  readonly #engine = new Engine();

  constructor() {
    engines.add(this.#engine); // LEAK: memory
  }

  query(text: string): number {
    return this.#engine.isRunning ? text.length : 0;
  }

  disconnect(): void {
    this.#engine.kill();
  }
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const before = client.query('select 1');
  client.disconnect();
  return { before, after: client.query('select 1') };
}
