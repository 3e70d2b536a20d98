/** Fixed: the exit of the worker settles the reply too. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

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
  worker.once('exit', () => resolve(0)); // FIX: the event that a worker does emit
  worker.postMessage('count');
  return { worker, reply: promise };
}

async function gather(asked: readonly Counted[]): Promise<number> {
  let total = 0;
  for (const { reply } of asked) total += await reply;
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
