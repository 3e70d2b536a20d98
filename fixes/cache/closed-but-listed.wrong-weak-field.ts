/**
 * Tried: the client holds its engine weakly.
 *
 * **Still leaks because** the list holds the engine, not the client.
 */
import type { Outcome } from '../../lab/contract.ts';

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
  // TRIED: the client holds no engine
  readonly #held = new WeakRef(new Engine());

  get #engine(): Engine {
    return this.#held.deref() ?? new Engine();
  }

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
