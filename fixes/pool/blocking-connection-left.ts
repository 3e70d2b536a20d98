/** Fixed: the blocking connection is ended on both paths. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class QueueWorker {
  readonly #commands: Socket;
  readonly #blocking: Socket;

  constructor(port: number) {
    this.#commands = connect(port, '127.0.0.1');
    this.#blocking = connect(port, '127.0.0.1');
  }

  async takeJob(): Promise<string> {
    this.#blocking.write('job 7');
    const [job] = (await once(this.#blocking, 'data')) as [Buffer];
    this.#commands.write(`done ${job.toString()}`);
    const [receipt] = (await once(this.#commands, 'data')) as [Buffer];
    return receipt.toString();
  }

  async close(isForced = false): Promise<void> {
    if (isForced) this.#blocking.destroy();
    else this.#blocking.end(); // FIX: on the graceful path too
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
