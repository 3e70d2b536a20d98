/**
 * A worker is started for one sum and never terminated.
 *
 * **Looks like a leak** No line ends the worker.
 *
 * **Is none because** The worker listens to nothing, so it exits when its code ends, and its exit is awaited.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.postMessage(workerData.reduce((sum, each) => sum + each, 0));
`;

export async function run(): Promise<Outcome> {
  const numbers = [1, 2, 3];
  const worker = new Worker(source, { eval: true, workerData: numbers });
  const exited = once(worker, 'exit');
  const [sum] = (await once(worker, 'message')) as [number];
  await exited;
  return { sum };
}
