/**
 * A camera's thumbnails read from its live stream and keep holding it after the last viewer has left.
 *
 * **What leaks** The stream of frames of every viewer who leaves: it stays locked
 * by an unused reader, it stays in the hub, and its queue is full of frames.
 *
 * **Why it survives** Cancelling the thumbnails ends only the thumbnails. A wrapper without a `cancel` does not
 * cancel the stream it reads from, and no other code can, because `frames.cancel()` throws on a locked stream.
 *
 * **How it shows up** Array buffers grow by one queue of frames with each viewer who
 * has ever looked, and the hub spends more and more time on viewers who are gone.
 *
 * **How to fix** Give the wrapper a `cancel` that cancels its reader, or write it as a transform and use
 * `pipeThrough`, which passes the cancellation on.
 *
 * **When this is not a leak** When the inner stream is finite and is read to its end, so that nothing is left to cancel.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Cancelled wrapper keeps its stream's reader",
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['langchain-ai/langchainjs#3003'],
  hints: [
    'Which stream learns that the viewer has left?',
    'for await cancels the stream it iterates; which stream is that?',
    'Add cancel to the source of the thumbnails and cancel the reader there.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Frame {
  readonly number: number;
  readonly pixels: Uint8Array;
}

/** Sends the live stream to all viewers; slow viewers miss frames, the camera never waits. */
class CameraHub {
  readonly #viewers = new Set<ReadableStreamDefaultController<Frame>>();

  watch(): ReadableStream<Frame> {
    let viewer: ReadableStreamDefaultController<Frame>;
    return new ReadableStream<Frame>(
      {
        start: (controller) => {
          viewer = controller;
          this.#viewers.add(viewer);
        },
        cancel: () => {
          this.#viewers.delete(viewer);
        },
      },
      { highWaterMark: 16 },
    );
  }

  publish(frame: Frame): void {
    for (const viewer of this.#viewers) if ((viewer.desiredSize ?? 0) > 0) viewer.enqueue(frame);
  }
}

const frontDoor = new CameraHub();

function thumbnails(frames: ReadableStream<Frame>): ReadableStream<string> {
  const reader = frames.getReader(); // LEAK: stream
  return new ReadableStream<string>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(`#${value.number} ${value.pixels.subarray(0, 4).join(' ')}`);
      },
    },
    { highWaterMark: 0 },
  );
}

function record(frames: number): void {
  for (let number = 1; number <= frames; number += 1) {
    frontDoor.publish({ number, pixels: new Uint8Array(32 * 1024).fill(number) });
  }
}

export async function run(): Promise<Outcome> {
  const view = thumbnails(frontDoor.watch());
  record(5);

  const seen: string[] = [];
  for await (const thumbnail of view) {
    seen.push(thumbnail);
    if (seen.length === 3) break;
  }

  record(20);
  return { seen };
}
