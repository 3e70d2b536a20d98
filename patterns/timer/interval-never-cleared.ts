/**
 * An API counts calls in a store that prunes itself once a day, and closing the server leaves the pruning on.
 *
 * **What leaks** The store's `setInterval`, one for every API that was started and closed again.
 *
 * **Why it survives** The list of active timers holds the interval, and its callback holds the store with all its keys. The store can be stopped, but only the route handler has a reference to it, and `server.close()` knows nothing of either.
 *
 * **How it shows up** The server reports that it is closed and the process does not exit; a test runner hangs after its last test. In a process that restarts its servers, memory and idle timers grow with each restart.
 *
 * **How to fix** Stop the store when the server closes. Code that creates a thing with a `stop` ties it to something that ends.
 *
 * **When this is not a leak** A store that is created once and lives as long as the process may keep its interval; `unref()` then lets the process exit.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Interval never cleared',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: [
    'roccomuso/memorystore#31',
    'roccomuso/memorystore#11',
    'express-rate-limit/express-rate-limit#30',
  ],
  hints: [
    'The server is closed and awaited. What else did starting the API set in motion?',
    'The store has a function that is never called.',
    "Call the store's stop() in a close listener of the server.",
  ],
  node: '>=22',
} satisfies Pattern;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Counts the calls of each key within a minute. */
function createCallCounter() {
  const counts = new Map<string, { calls: number; until: number }>();
  // Keys that are never used again would stay in the map for ever.
  const prune = () => {
    for (const [key, { until }] of counts) if (until <= Date.now()) counts.delete(key);
  };
  const pruning = setInterval(prune, DAY); // LEAK: timer

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
