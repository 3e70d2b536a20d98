/**
 * Tried: the interval is unref'd, so that it does not keep the process alive.
 *
 * **Still leaks because** every counter ever made goes on
 * pruning its map for as long as the process has other work.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Counts the calls of each key within a minute. */
function createCallCounter() {
  const counts = new Map<string, { calls: number; until: number }>();
  // Keys that are never used again would stay in the map for ever.
  const prune = () => {
    for (const [key, { until }] of counts) if (until <= Date.now()) counts.delete(key);
  };
  const pruning = setInterval(prune, DAY).unref(); // TRIED: the process may exit // LEAK: timer

  return {
    count(key: string): number {
      const current = counts.get(key);
      const entry =
        current && current.until > Date.now() ? current : { calls: 0, until: Date.now() + MINUTE };
      entry.calls += 1;
      counts.set(key, entry);
      return entry.calls;
    },
    stop: () => clearInterval(pruning),
  };
}

function createApi(callsPerMinute: number): Server {
  const counter = createCallCounter();
  const server = createServer((request, response) => {
    const key = new URL(request.url ?? '/', 'http://api').searchParams.get('key') ?? 'anonymous';
    response.writeHead(counter.count(key) > callsPerMinute ? 429 : 200).end();
  });
  return server;
}

export async function run(lab: Lab): Promise<Outcome> {
  const api = createApi(2);
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const { port } = api.address() as AddressInfo;

  const statuses: number[] = [];
  for (const key of ['ada', 'ada', 'ada', 'bob']) {
    const { status } = await lab.visit(`http://127.0.0.1:${port}/quotes?key=${key}`);
    statuses.push(status);
  }

  api.close();
  await once(api, 'close');
  return { statuses, listening: api.listening };
}
