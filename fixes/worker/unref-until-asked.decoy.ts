/**
 * A spell checker starts its worker early, unref'd, and asks it once before the editor is closed.
 *
 * **Looks like a leak** A worker is started at once, kept in a variable, and unref'd, so that a leak would go
 * unnoticed.
 *
 * **Is none because** Closing the editor terminates the worker and waits for its end.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from '../../lab/contract.ts';

const source = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (word) => parentPort.postMessage(word === 'leek'));
`;

function openEditor(): { check(word: string): Promise<boolean>; close(): Promise<void> } {
  const worker = new Worker(source, { eval: true });
  worker.unref();
  return {
    check: async (word) => {
      worker.postMessage(word);
      worker.ref();
      const [isRight] = (await once(worker, 'message')) as [boolean];
      worker.unref();
      return isRight;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

export async function run(): Promise<Outcome> {
  const editor = openEditor();
  const answers = [await editor.check('leek'), await editor.check('laek')];
  await editor.close();
  return { answers };
}
