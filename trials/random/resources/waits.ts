import { once } from 'node:events';
import { track } from '../../../detector/index.ts';
import { abortable, type Resources } from '../resource.ts';
import { bus } from '../world.ts';

async function waitFor(depth: number, promise: Promise<unknown>): Promise<void> {
  if (depth === 0)
    await promise; // here: wait
  else await waitFor(depth - 1, promise);
}

async function waitForEvent(signal: AbortSignal): Promise<void> {
  await once(bus, 'ready', { signal }); // here: once
}

const wait = { kind: 'await', type: 'async function', at: 'wait' } as const;

export const waits = {
  eventWait: {
    ...wait,
    evidence: 'pending',
    at: 'once',
    acquire: () => abortable(waitForEvent),
  },
  reader: {
    kind: 'stream',
    type: 'ReadableStream reader',
    at: 'reader',
    acquire() {
      const source = new ReadableStream();
      const reader = source.getReader(); // here: reader
      return async () => reader.cancel();
    },
  },
  lease: {
    kind: 'lease',
    type: 'permit',
    at: 'lease',
    acquire() {
      const permit = track('permit'); // here: lease
      return () => permit.release();
    },
  },
  heldWait: {
    ...wait,
    evidence: 'pending',
    acquire(depth) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void waitFor(depth, promise);
      return resolve;
    },
  },
  droppedWait: {
    ...wait,
    evidence: 'unreachable',
    isDropped: true,
    acquire(depth) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void waitFor(depth, promise);
      return resolve;
    },
  },
} as const satisfies Resources;
