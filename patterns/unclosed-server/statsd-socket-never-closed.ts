/**
 * A statsd client opens a UDP socket that it cannot close, and every job makes a client.
 *
 * **What leaks** One UDP socket for each job.
 *
 * **Why it survives** `dgram.createSocket()` creates the native handle at once and the first `send()` binds it. From
 * then on the event loop holds it; dropping the client frees nothing.
 *
 * **How it shows up** A script that counts one thing never exits. A scheduler
 * that runs a job every minute runs out of descriptors after a day.
 *
 * **How to fix** Give the client a `close()` that closes the socket and call it when the job is over, or share one
 * client for the life of the process.
 *
 * **When this is not a leak** One client for the whole process, unref'd so that
 * it does not keep the process alive, is the intended use of such clients.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'UDP socket of metrics client never closed',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['sivy/node-statsd#32', 'sivy/node-statsd#6'],
  hints: [
    'How many metrics clients are there after the third shop, and how many are still in use?',
    'UDP has no connection, but its socket is still a descriptor. What could close it?',
    'Add `close()` to `StatsClient` and call it in a `finally` of the job.',
  ],
  node: '>=22',
} satisfies Pattern;

class StatsClient {
  readonly #socket = createSocket('udp4'); // LEAK: socket x3
  readonly #agentPort: number;
  readonly #counts = new Map<string, number>();

  constructor(agentPort: number) {
    this.#agentPort = agentPort;
  }

  increment(metric: string): void {
    this.#counts.set(metric, (this.#counts.get(metric) ?? 0) + 1);
  }

  flush(): Promise<void> {
    const lines = Array.from(this.#counts, ([metric, count]) => `${metric}:${count}|c`);
    this.#counts.clear();
    return new Promise((resolve, reject) => {
      this.#socket.send(lines.join('\n'), this.#agentPort, '127.0.0.1', (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}

async function importOrders(shop: string, orders: readonly number[], agentPort: number): Promise<void> {
  const stats = new StatsClient(agentPort);
  for (const total of orders) stats.increment(`${shop}.${total > 0 ? 'imported' : 'refused'}`);
  await stats.flush();
}

export async function run(): Promise<Outcome> {
  const agent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(agent, 'listening');
  const reported: string[] = [];
  for (const shop of ['lisbon', 'porto', 'faro']) {
    const datagram = once(agent, 'message');
    await importOrders(shop, [30, 12, 0], agent.address().port);
    reported.push(String((await datagram)[0]));
  }
  agent.close();
  await once(agent, 'close');
  return { reported };
}
