/** Fixed: cancelling the thumbnails cancels the frames they are made of, so the hub forgets the viewer. */
import type { Outcome } from '../../lab/contract.ts';

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
  const reader = frames.getReader();
  return new ReadableStream<string>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(`#${value.number} ${value.pixels.subarray(0, 4).join(' ')}`);
      },
      cancel: (reason) => reader.cancel(reason), // FIX: the frames end with the thumbnails
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
