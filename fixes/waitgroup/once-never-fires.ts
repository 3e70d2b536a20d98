/** Fixed: the end of the connection aborts the wait, so it settles whether or not data comes. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Requests `path` and returns the status line of the answer. */
async function readStatus(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  const gone = new AbortController(); // FIX: a connection that ends also ends the wait
  socket.once('close', () => gone.abort());
  const [head]: Buffer[] = await once(socket, 'data', { signal: gone.signal });
  socket.destroy();
  return head?.toString('latin1').split('\r\n', 1)[0] ?? '';
}

async function probe(socket: Socket, path: string): Promise<boolean> {
  const status = await readStatus(socket, path);
  return status.startsWith('HTTP/1.1 200');
}

export async function run(lab: Lab): Promise<Outcome> {
  const port = Number(new URL(lab.upstream.http).port);
  const healthy = await probe(connect(port, '127.0.0.1'), '/ok');
  const failing = await probe(connect(port, '127.0.0.1'), '/error');
  const dropped = connect(port, '127.0.0.1');
  const closed = once(dropped, 'close');
  void probe(dropped, '/reset').catch(() => undefined);
  const [hadError]: boolean[] = await closed;
  return { healthy, failing, dropped: hadError === false };
}
