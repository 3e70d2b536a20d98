/**
 * An uptime probe waits for the first bytes of an answer, and the backend closes the connection without sending any.
 *
 * **What leaks** The probe that waits for `data`, and the round of checks above it.
 *
 * **Why it survives** `once` rejects on `error`, but a peer that closes properly causes only `end`
 * and `close`. After these no event comes any more, and only the closed socket holds the wait.
 *
 * **How it shows up** The round of checks stops at the failing backend
 * and never reports again. No socket is open and nothing is logged.
 *
 * **How to fix** Give the wait a signal that the end of the connection aborts.
 *
 * **When this is not a leak** A wait with a deadline (`AbortSignal.timeout`) ends, though late.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Wait for data from a closed connection',
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['mknj/node-keepalive-proxy-agent#41'],
  hints: [
    'Probe a backend that accepts the request and closes the connection.',
    'Which events make `once(socket, "data")` settle, and which of them come here?',
    'The peer ends without an error: `data` never fires, and no listener handles `close`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Requests `path` and returns the status line of the answer. */
async function readStatus(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  const [head]: Buffer[] = await once(socket, 'data'); // LEAK: await
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
