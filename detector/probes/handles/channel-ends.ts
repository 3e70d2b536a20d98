/**
 * The pairs of ports that belong to one message channel, by their async ids.
 *
 * `new MessageChannel()` makes both ports in one native call (src/node_messaging.cc of Node), so their ids follow each
 * other. A BroadcastChannel makes one port and is not asked about here. A `new Worker()` makes one port, then two
 * channels: on Node 24 the ids 10, 13 and 14, 15 and 16.
 */
import { Map } from '../../engine/intrinsics.ts';

export class ChannelEnds {
  #first: number | undefined;
  readonly #others = new Map<number, number>();

  /** Notes a port that was made; ids ascend. */
  made(id: number): void {
    if (!this.isSecond(id)) return;
    this.#others.set(id, id - 1);
    this.#others.set(id - 1, id);
  }

  /** Forgets a port that is gone. */
  gone(id: number): void {
    this.#others.delete(id);
  }

  /**
   * Reports whether the other end of a live port was sent away: its handle here is gone.
   *
   * A close ends both ends.
   */
  isOtherSent(id: number): boolean {
    const other = this.#others.get(id);
    return other !== undefined && !this.#others.has(other);
  }

  clear(): void {
    this.#first = undefined;
    this.#others.clear();
  }

  /** Reports whether the port is the second end of the channel whose first end came before; ids ascend. */
  isSecond(id: number): boolean {
    const isSecond = this.#first === id - 1;
    this.#first = isSecond ? undefined : id;
    return isSecond;
  }
}
