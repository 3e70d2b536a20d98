/** Fixed: stopping destroys the sessions, and with them the streams that `close()` would wait for. */
import { once } from 'node:events';
import http2 from 'node:http2';
import type { ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

interface Feed {
  readonly port: number;
  readonly subscribers: number;
  stop(graceMs: number): Promise<void>;
}

async function startDepartureFeed(board: readonly string[]): Promise<Feed> {
  const server = http2.createServer();
  let subscribers = 0;
  // FIX: remember the open sessions
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    subscribers++;
    // The feed goes on when a subscriber's connection breaks on a train.
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
    stream.write(board.map((departure) => `data: ${departure}\n\n`).join(''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get subscribers() {
      return subscribers;
    },
    async stop(graceMs) {
      const closed = once(server, 'close', { signal: AbortSignal.timeout(graceMs) });
      server.close();
      for (const session of sessions) session.destroy(); // FIX: no other code ends them
      // Past the grace period the process ends anyway.
      await closed.catch(() => {});
    },
  };
}

export async function run(lab: Lab): Promise<Outcome> {
  const feed = await startDepartureFeed(['09:14 Malmo', '09:31 Lund']);
  const screen = await lab.visit(`http2://127.0.0.1:${feed.port}/platform/4`, 'stays');
  await feed.stop(20);
  return { status: screen.status, subscribers: feed.subscribers, shown: screen.body.trim().split('\n\n') };
}
