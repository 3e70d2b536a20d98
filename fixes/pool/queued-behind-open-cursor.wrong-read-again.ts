/**
 * Tried: the preview reads once more, in case a row remains.
 *
 * **Still leaks because** a cursor with more rows than that is still not at its end.
 */
import type { Outcome } from '../../lab/contract.ts';

interface Cursor {
  read(count: number): readonly string[];
  close(): void;
}

/** A connection that runs its queries in turn. */
class Client {
  #idle: Promise<void> = Promise.resolve();

  async query(statement: string): Promise<string> {
    const before = this.#idle;
    const over = Promise.withResolvers<void>();
    this.#idle = over.promise;
    await before; // LEAK: await
    over.resolve();
    return `${statement}: done`;
  }

  openCursor(rows: readonly string[]): Cursor {
    const over = Promise.withResolvers<void>();
    this.#idle = over.promise;
    let at = 0;
    return {
      read: (count) => {
        const page = rows.slice(at, at + count);
        at += count;
        if (at >= rows.length) over.resolve();
        return page;
      },
      close: over.resolve,
    };
  }
}

async function preview(client: Client, rows: readonly string[]): Promise<readonly string[]> {
  await client.query('begin');
  const cursor = client.openCursor(rows);
  const page = cursor.read(1);
  return [...page, ...cursor.read(1)]; // TRIED: one more row
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const short = await preview(client, ['a', 'b']);
  const long = await preview(client, ['a', 'b', 'c']);
  void client.query('select 1');
  return { short, long };
}
