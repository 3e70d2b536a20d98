/** The runtime's own figure of its heap, after its own collection. */
export interface Heap {
  readonly collect: () => void;
  /** Returns the bytes in use, memory outside of the heap included. */
  readonly read: () => number;
}

/** The part of Bun's API that Node lacks. */
interface Bun {
  gc(synchronously: boolean): void;
}

/** Returns the heap of this runtime. @throws if the engine has no way to collect */
export function openHeap(): Heap {
  const { Bun: bun, gc } = globalThis as { Bun?: Bun; gc?: () => void };
  // Bun's figure includes memory outside of the heap
  if (bun) return { collect: () => bun.gc(true), read: () => process.memoryUsage().heapUsed };
  if (gc) {
    const read = (): number => {
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    return { collect: () => gc(), read };
  }
  throw new Error('no gc(): the measured child needs --expose-gc');
}
