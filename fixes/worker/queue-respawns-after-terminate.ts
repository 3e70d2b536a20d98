/** Fixed: the queue is cleared, and its tasks settled, before the worker is terminated. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

const source = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (text) => parentPort.postMessage(text.toUpperCase()));
`;

interface Task {
  readonly text: string;
  readonly settle: (answer: string) => void;
}

class Pool {
  readonly #queue: Task[] = [];
  #current: { readonly worker: Worker; readonly task: Task } | undefined;

  run(text: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#queue.push({ text, settle: resolve });
    this.#next();
    return promise;
  }

  #next(): void {
    const task = this.#current ? undefined : this.#queue.shift();
    if (!task) return;
    const worker = new Worker(source, { eval: true });
    this.#current = { worker, task };
    worker.on('message', (answer: string) => {
      task.settle(answer);
      void worker.terminate();
    });
    worker.on('exit', () => {
      task.settle('stopped');
      this.#current = undefined;
      this.#next();
    });
    if (task.text !== 'wait') worker.postMessage(task.text);
  }

  async terminate(): Promise<void> {
    for (const { settle } of this.#queue.splice(0)) settle('stopped'); // FIX: no task needs a worker
    const worker = this.#current?.worker;
    if (!worker) return;
    const over = once(worker, 'exit');
    await worker.terminate();
    await over;
  }
}

export async function run(): Promise<Outcome> {
  const quiet = new Pool();
  const answer = await quiet.run('hello');
  await quiet.terminate();
  const busy = new Pool();
  const running = busy.run('wait');
  void busy.run('wait');
  await busy.terminate();
  return { answer, running: await running };
}
