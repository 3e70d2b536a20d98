/**
 * A ledger client's `end()` waits for its `end` event, and
 * the second caller waits for an event that already came.
 *
 * **What leaks** The second call of `end()`, and the shutdown that awaits it.
 *
 * **Why it survives** The connection closes once and the client emits `end` once. A listener added afterwards
 * is never called, and nothing but the ended client holds it.
 *
 * **How it shows up** Shutdown hangs, or the process exits before the steps
 * that follow, whenever the job that used the client has already closed it.
 *
 * **How to fix** Remember that the connection has closed and return at once.
 *
 * **When this is not a leak** Two calls before the connection has closed both receive the one event.
 */
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Second end() waits for a past event',
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['brianc/node-postgres#2717'],
  hints: [
    'Let two components end the same client, one after the other.',
    'How often does a client emit `end`, and when?',
    '`end()` awaits the event even if the socket has already closed.',
  ],
  node: '>=22',
} satisfies Pattern;

class LedgerClient extends EventEmitter<{ end: [] }> {
  readonly #socket: Socket;

  constructor(port: number) {
    super();
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.once('close', () => this.emit('end'));
  }

  async query(text: string): Promise<string> {
    this.#socket.write(text);
    const [row]: Buffer[] = await once(this.#socket, 'data');
    return String(row);
  }

  async end(): Promise<void> {
    this.#socket.end();
    await once(this, 'end'); // LEAK: await
  }
}

async function nightlyReport(client: LedgerClient): Promise<string> {
  try {
    return await client.query('balance of account 7');
  } finally {
    await client.end();
  }
}

async function shutDown(clients: readonly LedgerClient[]): Promise<void> {
  for (const client of clients) await client.end();
}

export async function run(lab: Lab): Promise<Outcome> {
  const client = new LedgerClient(lab.upstream.echo);
  const idle = new LedgerClient(lab.upstream.echo);
  let ended = 0;
  for (const each of [client, idle]) each.on('end', () => (ended += 1));
  const report = await nightlyReport(client);
  await shutDown([idle]);
  void shutDown([client, idle]);
  return { report, ended };
}
