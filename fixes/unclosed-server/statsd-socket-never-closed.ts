/** Fixed: the client can be closed, and the job closes it whether or not the import succeeded. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import type { Outcome } from '../../lab/contract.ts';

class StatsClient {
  readonly #socket = createSocket('udp4');
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

  // FIX: a way to close the socket
  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

async function importOrders(shop: string, orders: readonly number[], agentPort: number): Promise<void> {
  const stats = new StatsClient(agentPort);
  // FIX: the client ends with its job
  try {
    for (const total of orders) stats.increment(`${shop}.${total > 0 ? 'imported' : 'refused'}`);
    await stats.flush();
  } finally {
    await stats.close();
  }
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
