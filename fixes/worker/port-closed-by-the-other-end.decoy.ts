/**
 * A worker is handed one end of a channel and closes it when it has said all.
 *
 * **Looks like a leak** The other end of the channel is never closed here, nor is its listener removed.
 *
 * **Is none because** Closing one end of a channel closes the other, which says so by its `close` event.
 */
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

const source = `
  const { workerData } = require('node:worker_threads');
  for (const page of ['cover', 'preface', 'one']) workerData.postMessage(page);
  workerData.close();
`;

export async function run(): Promise<Outcome> {
  const { port1, port2 } = new MessageChannel();
  const pages: string[] = [];
  port1.on('message', (page: string) => pages.push(page));
  const closed = once(port1, 'close');
  const worker = new Worker(source, { eval: true, workerData: port2, transferList: [port2] });
  await Promise.all([closed, once(worker, 'exit')]);
  return { pages };
}
