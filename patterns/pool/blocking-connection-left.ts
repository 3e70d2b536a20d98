/**
 * A queue worker has one connection for its commands and one that blocks until there is a job, and closes
 * gracefully.
 *
 * **What leaks** The blocking connection of each worker that was closed gracefully.
 *
 * **Why it survives** The graceful path waits for the running job and ends the first connection. Only the forced path
 * ends the second.
 *
 * **How it shows up** A rolling restart leaves one blocked client for each worker, and the process does not exit.
 *
 * **How to fix** End both connections on both paths.
 *
 * **When this is not a leak** When the server ends blocked clients after a time.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Second connection not closed on graceful stop',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['taskforcesh/bullmq#493'],
  hints: [
    'Close the worker without force. Which connections are ended?',
    'There are two connections and two paths: four cases.',
    'Move the end of the blocking connection out of the `if`.',
  ],
  node: '>=22',
} satisfies Pattern;

class QueueWorker {
  readonly #commands: Socket;
  readonly #blocking: Socket;

  constructor(port: number) {
    this.#commands = connect(port, '127.0.0.1');
    this.#blocking = connect(port, '127.0.0.1'); // LEAK: socket
  }

  async takeJob(): Promise<string> {
    this.#blocking.write('job 7');
    const [job] = (await once(this.#blocking, 'data')) as [Buffer];
    this.#commands.write(`done ${job.toString()}`);
    const [receipt] = (await once(this.#commands, 'data')) as [Buffer];
    return receipt.toString();
  }

  async close(isForced = false): Promise<void> {
    if (isForced) {
      this.#blocking.destroy();
    }
    this.#commands.end();
    await once(this.#commands, 'close');
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const worker = new QueueWorker(lab.upstream.echo);
  const receipt = await worker.takeJob();
  await worker.close();
  const hurried = new QueueWorker(lab.upstream.echo);
  const second = await hurried.takeJob();
  await hurried.close(true);
  return { receipt, second };
}
