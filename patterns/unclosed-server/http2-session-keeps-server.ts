/**
 * An HTTP/2 feed is stopped with `server.close()`, which waits for sessions that their subscribers never end.
 *
 * **What leaks** For every stopped feed the server that never finishes
 * closing, with a session, a stream and a socket for each subscriber.
 *
 * **Why it survives** `close()` stops listening and then waits for the sessions. From
 * Node 24 on it also asks them to close, but a session closes when its last stream
 * has ended, and a feed's stream has no end; on Node 22 even idle sessions stay.
 *
 * **How it shows up** `close` never comes, every deployment takes the whole grace
 * period and ends in a kill; in tests `await server.close()` runs into the time limit.
 *
 * **How to fix** Keep the sessions in a set and destroy them when the feed stops, or end all streams first and then
 * close the sessions.
 *
 * **When this is not a leak** While streams are still finishing within the grace period, waiting is what `close()` is
 * for.
 */
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'HTTP/2 sessions keep a closed server open',
  stage: 'integration',
  grows: ['handles', 'sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#18176'],
  hints: [
    'The feed is stopped and does not listen any more. Who is still connected?',
    '`close()` of an HTTP/2 server waits for its sessions. What would have to happen for a session to end here?',
    'Collect the sessions from the `session` event and destroy them in `stop()`.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Feed {
  readonly port: number;
  readonly subscribers: number;
  stop(graceMs: number): Promise<void>;
}

async function startDepartureFeed(board: readonly string[]): Promise<Feed> {
  const server = http2.createServer(); // ALSO
  let subscribers = 0;
  server.on('stream', (stream) => {
    subscribers++;
    // The feed goes on when a subscriber's connection breaks on a train.
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
    stream.write(board.map((departure) => `data: ${departure}\n\n`).join(''));
  });
  server.listen(0, '127.0.0.1'); // LEAK: server
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get subscribers() {
      return subscribers;
    },
    async stop(graceMs) {
      const closed = once(server, 'close', { signal: AbortSignal.timeout(graceMs) });
      server.close();
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
