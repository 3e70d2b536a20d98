/**
 * A metrics server asks its workers for their counters, and one worker is terminated before it answers.
 *
 * **What leaks** The scrape that waits for the last reply, and each function that awaits the scrape.
 *
 * **Why it survives** The server listens for replies, but not for the end of a worker: it relies on a `close` event
 * that the worker's channel does not have. The promise can never settle.
 *
 * **How it shows up** After the first crash of a worker each scrape hangs, and the monitor reports the whole service
 * as down.
 *
 * **How to fix** Listen for `exit` of the worker too, and go on without its counters.
 *
 * **When this is not a leak** When each request has a deadline.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Reply awaited from a terminated worker',
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['prometheus/client_js#803'],
  hints: [
    'A worker is terminated after it was asked. What settles the promise of its reply?',
    'Which event does a worker emit when it ends, and does the server listen for it?',
    'Let `exit` settle the reply too.',
  ],
  node: '>=22',
} satisfies Pattern;

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', () => { if (workerData.answers) parentPort.postMessage(workerData.count); });
`;

interface Counted {
  readonly worker: Worker;
  readonly reply: Promise<number>;
}

function ask(worker: Worker): Counted {
  const { promise, resolve } = Promise.withResolvers<number>();
  worker.once('message', resolve);
  worker.once('close', () => resolve(0));
  worker.postMessage('count');
  return { worker, reply: promise };
}

async function gather(asked: readonly Counted[]): Promise<number> {
  let total = 0;
  for (const { reply } of asked) total += await reply; // LEAK: await
  return total;
}

function startWorker(count: number, answers: boolean): Worker {
  return new Worker(source, { eval: true, workerData: { count, answers } });
}

export async function run(): Promise<Outcome> {
  const workers = [startWorker(3, true), startWorker(4, true)];
  const total = await gather(workers.map(ask));
  const busy = startWorker(5, false);
  await once(busy, 'online');
  void gather([ask(busy)]);
  await Promise.all([busy, ...workers].map((worker) => worker.terminate()));
  return { total };
}
