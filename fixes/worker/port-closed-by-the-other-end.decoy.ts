/**
 * A worker gets one end of a channel and closes it after its last message.
 *
 * **Looks like a leak** The main thread never closes its end of the channel and never removes its listener.
 *
 * **Is none because** Closing one end of a channel closes the other, which emits `close`.
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
