/** Fixed: cancelling ends the wait itself. */
import { EventEmitter, on } from 'node:events';
import { ReadableStream } from 'node:stream/web';
import type { Outcome } from '../../lab/contract.ts';

/** News by topic, for as long as the process lives. */
const newsroom = new EventEmitter();

function newsOf(topic: string): ReadableStream<string> {
  let isCancelled = false;
  const left = new AbortController(); // FIX: aborted when the reader leaves
  return new ReadableStream<string>({
    start(controller) {
      const fill = async (): Promise<void> => {
        const { signal } = left; // FIX: ends the wait itself
        for await (const [text] of on(newsroom, topic, { signal })) if (!add(text)) return;
      };
      const add = (text: unknown): boolean => {
        if (!isCancelled) controller.enqueue(String(text));
        return !isCancelled;
      };
      fill().catch(() => undefined); // FIX: an abort is no error
    },
    cancel() {
      isCancelled = true;
      left.abort(); // FIX: wakes the loop
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
