/** Fixed: the preview closes the cursor when it has its rows. */
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
    await before;
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
  const page = cursor.read(2);
  cursor.close(); // FIX: the client is free again
  return page;
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const short = await preview(client, ['a', 'b']);
  const long = await preview(client, ['a', 'b', 'c']);
  void client.query('select 1');
  return { short, long };
}
