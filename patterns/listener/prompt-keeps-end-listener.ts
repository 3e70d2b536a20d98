/**
 * A tool asks several questions on one input, each with a new prompt that closes itself at the end of the
 * input.
 *
 * **What leaks** One `end` listener on the input for each question.
 *
 * **Why it survives** A prompt listens for the end of the input and is closed when it has its answer. `close` removes
 * the `line` listener, but not the `end` listener.
 *
 * **How it shows up** `MaxListenersExceededWarning` at the eleventh question.
 *
 * **How to fix** Remove both listeners when the prompt is closed.
 *
 * **When this is not a leak** When the input serves one prompt only.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Closed prompt keeps its end listener',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['nodejs/node-v0.x-archive#7578'],
  hints: [
    'The question is answered. Which listeners are on the input?',
    'Two were added; how many are removed in `close`?',
    'Remove the listener for `end` too.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    input.on('end', this.#onEnd); // LEAK: listener x2
  }

  readonly #onEnd = (): void => this.close();

  close(): void {
    this.isOpen = false;
    input.off('line', this.#onLine);
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
