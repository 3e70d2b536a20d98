/** Fixed: the engine leaves the list when it is disconnected. */
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
  readonly #engine = new Engine();

  constructor() {
    engines.add(this.#engine);
  }

  query(text: string): number {
    return this.#engine.isRunning ? text.length : 0;
  }

  disconnect(): void {
    this.#engine.kill();
    engines.delete(this.#engine); // FIX: this engine needs no killing
  }
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const before = client.query('select 1');
  client.disconnect();
  return { before, after: client.query('select 1') };
}
