/**
 * Three packers take parcels from a belt in endless loops, and two of them never get one.
 *
 * **Looks like a leak** Each packer awaits `take()` in a loop without a condition, there are fewer parcels
 * than packers, and no line of the loop ends it. The belt keeps the resolvers of those who wait.
 *
 * **Is none because** `close()` rejects every packer that waits or comes later, so
 * each loop ends in its `catch`; `run` returns after the last packer has finished.
 */
import type { Outcome } from '../../lab/contract.ts';

class BeltClosed extends Error {}

class Belt {
  readonly #parcels: string[] = [];
  readonly #takers: PromiseWithResolvers<string>[] = [];
  #closed = false;

  put(parcel: string): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(parcel);
    else this.#parcels.push(parcel);
  }

  take(): Promise<string> {
    const parcel = this.#parcels.shift();
    if (parcel !== undefined) return Promise.resolve(parcel);
    if (this.#closed) return Promise.reject(new BeltClosed());
    const taker = Promise.withResolvers<string>();
    this.#takers.push(taker);
    return taker.promise;
  }

  close(): void {
    this.#closed = true;
    for (const taker of this.#takers.splice(0)) taker.reject(new BeltClosed());
  }
}

async function pack(belt: Belt, packed: string[]): Promise<string> {
  try {
    for (;;) packed.push(await belt.take());
  } catch (error) {
    if (error instanceof BeltClosed) return 'went home';
    throw error;
  }
}

export async function run(): Promise<Outcome> {
  const belt = new Belt();
  const packed: string[] = [];
  const packers = [pack(belt, packed), pack(belt, packed), pack(belt, packed)];
  for (const parcel of ['books', 'shoes']) belt.put(parcel);
  belt.close();
  return { packers: await Promise.all(packers), packed };
}
