/**
 * A pool of one worker is terminated while tasks are queued, and starts another worker for the next task.
 *
 * **What leaks** A worker thread that the terminated pool no longer tracks.
 *
 * **Why it survives** Terminating a worker makes it exit, and the pool's exit handler acts as after a crash: it
 * starts a new worker for the queued tasks. The queue was not cleared.
 *
 * **How it shows up** A stopped service does not exit, because its threads wait for work.
 *
 * **How to fix** Clear the queue, and settle its tasks, before the workers are terminated.
 *
 * **When this is not a leak** When a worker that exits is not replaced.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Terminated pool starts another worker',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['josdejong/workerpool#96'],
  hints: [
    'Terminate the pool while a task waits. What does the exit of the worker trigger?',
    "The exit handler can't tell a crash from a termination.",
    'Empty the queue first, so that no task needs another worker.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    const worker = new Worker(source, { eval: true }); // LEAK: worker
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
