/** Fixed: `end()` returns at once when the connection has already closed. */
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    if (this.#socket.closed) return; // FIX: the event has already come
    this.#socket.end();
    await once(this, 'end');
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
