/**
 * Tried: the flag is checked before the loop as well.
 *
 * **Still leaks because** the reader cancels later, while the loop waits.
 */
import { EventEmitter, on } from 'node:events';
import { ReadableStream } from 'node:stream/web';
import type { Outcome } from '../../lab/contract.ts';

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
      if (!isCancelled) void fill(); // TRIED: no loop for a reader who has cancelled
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
