/**
 * A loop over an emitter fills a stream of news, and a reader who has seen enough cancels the stream.
 *
 * **What leaks** The loop, suspended until the next news comes.
 *
 * **Why it survives** `cancel` sets a flag that the loop checks when it has a value.
 * While no news comes, the loop stays in its `await`, with its listeners on the emitter.
 *
 * **How it shows up** Each reader who leaves in a quiet time leaves
 * a loop behind; the next burst of news ends them all at once.
 *
 * **How to fix** Let `cancel` end the wait itself, through a signal.
 *
 * **When this is not a leak** When values come often.
 */
import { EventEmitter, on } from 'node:events';
import { ReadableStream } from 'node:stream/web';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Cancel flag checked only after next value',
  stage: 'unit',
  grows: ['listeners', 'stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['marko-js/marko#4077'],
  hints: [
    'The reader cancels while no news comes. Where is the loop?',
    'A flag is only seen by code that runs.',
    'Abort the signal of `events.on` in `cancel`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** News by topic, for as long as the process lives. */
const newsroom = new EventEmitter();

function newsOf(topic: string): ReadableStream<string> {
  let isCancelled = false;
  return new ReadableStream<string>({
    start(controller) {
      const fill = async (): Promise<void> => {
        for await (const [text] of on(newsroom, topic)) if (!add(text)) return; // LEAK: await
      };
      const add = (text: unknown): boolean => {
        if (!isCancelled) controller.enqueue(String(text));
        return !isCancelled;
      };
      void fill();
    },
    cancel() {
      isCancelled = true;
    },
  });
}

let days = 0;

export async function run(): Promise<Outcome> {
  const day = `day ${++days}`;
  const reader = newsOf(day).getReader();
  newsroom.emit(day, 'rain');
  const { value } = await reader.read();
  await reader.cancel();
  return { news: value ?? 'none' };
}
