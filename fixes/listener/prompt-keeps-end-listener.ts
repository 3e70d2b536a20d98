/** Fixed: closing a prompt removes both listeners. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

/** The typed lines, for as long as the tool runs. */
const input = new EventEmitter();

class Prompt {
  readonly #onLine: (line: string) => void;
  readonly answer: Promise<string>;
  isOpen = true;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.answer = promise;
    this.#onLine = (line) => {
      resolve(line);
      this.close();
    };
    input.on('line', this.#onLine);
    input.on('end', this.#onEnd);
  }

  readonly #onEnd = (): void => this.close();

  close(): void {
    this.isOpen = false;
    input.off('line', this.#onLine);
    input.off('end', this.#onEnd); // FIX: the input outlives the prompt
  }
}

async function ask(typed: string): Promise<string> {
  const prompt = new Prompt();
  input.emit('line', typed);
  const answer = await prompt.answer;
  return prompt.isOpen ? 'open' : answer;
}

export async function run(): Promise<Outcome> {
  return { name: await ask('leaklab'), version: await ask('0.1.0') };
}
