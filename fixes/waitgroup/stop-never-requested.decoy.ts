/**
 * An importer lets its user stop it between two files, and its user never does.
 *
 * **Looks like a leak** `#stopped` is a promise that no code settles. Every file is raced
 * against it, so that its reactions pile up, and in the end it is collected while still pending.
 *
 * **Is none because** No function awaits that promise itself: each race is won by its file, and each
 * `await` returns. The promise and its reactions belong to one importer and are collected with it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

class Importer {
  readonly #stopped = Promise.withResolvers<null>();

  async *import(files: readonly string[]): AsyncGenerator<string> {
    for (const file of files) {
      const rows = await Promise.race([this.#read(file), this.#stopped.promise]);
      if (rows === null) return;
      yield `${file}: ${rows} rows`;
    }
  }

  stop(): void {
    this.#stopped.resolve(null);
  }

  async #read(file: string): Promise<number> {
    await nextTurn();
    return file.length;
  }
}

async function importAll(importer: Importer, files: readonly string[]): Promise<string[]> {
  const log: string[] = [];
  for await (const line of importer.import(files)) log.push(line);
  return log;
}

export async function run(): Promise<Outcome> {
  const nobodyStops = await importAll(new Importer(), ['orders.csv', 'customers.csv']);
  const importer = new Importer();
  importer.stop();
  return { nobodyStops, stoppedAtOnce: await importAll(importer, ['invoices.csv']) };
}
