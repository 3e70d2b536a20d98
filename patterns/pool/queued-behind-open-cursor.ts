/**
 * A preview reads the first rows of a cursor and releases its client; the next user of that client waits for
 * ever.
 *
 * **What leaks** Each query that gets the client afterwards, and the function that awaits it.
 *
 * **Why it survives** A client does one thing at a time. The cursor is not at its end, so the client is still busy
 * with it; the next query is queued behind a cursor that no one will read further.
 *
 * **How it shows up** Some time after a preview, requests that share its client hang. The pool reports the client as
 * free.
 *
 * **How to fix** Close the cursor before the client is released.
 *
 * **When this is not a leak** When the cursor was read to its end.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client released with its cursor open',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['brianc/node-postgres#2148'],
  hints: [
    'The preview has its rows. What is the client busy with?',
    'The pool sees a released client, but the client has an active cursor.',
    'Call `cursor.close()` before the release.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  return cursor.read(2);
}

export async function run(): Promise<Outcome> {
  const client = new Client();
  const short = await preview(client, ['a', 'b']);
  const long = await preview(client, ['a', 'b', 'c']);
  void client.query('select 1');
  return { short, long };
}
