/** Fixed: the whole list is emptied, and entries without a callback are skipped. */
import type { Outcome } from '../../lab/contract.ts';

type Confirm = (error: Error | null) => void;

/** A channel whose broker confirms each message in the order of publication. */
class ConfirmChannel {
  readonly #unconfirmed: (Confirm | false)[] = [];

  publish(_message: string, confirm: Confirm | false = false): void {
    this.#unconfirmed.push(confirm);
  }

  /** Confirms the oldest message, which the broker has stored. */
  handleAck(): void {
    const confirm = this.#unconfirmed.shift();
    if (confirm) confirm(null);
  }

  close(reason: Error): void {
    // FIX: up to the last entry, falsy or not
    for (const confirm of this.#unconfirmed.splice(0)) {
      if (confirm) confirm(reason);
    }
  }
}

const placeOrder = async (channel: ConfirmChannel, order: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  channel.publish(order, (error) => (error ? reject(error) : resolve()));
  await promise;
  return `${order} stored`;
};

const checkOut = async (channel: ConfirmChannel, orders: readonly string[]): Promise<string[]> => {
  const placed = await Promise.allSettled(orders.map((order) => placeOrder(channel, order)));
  return placed.map((order) => (order.status === 'fulfilled' ? order.value : String(order.reason)));
};

export async function run(): Promise<Outcome> {
  const channel = new ConfirmChannel();
  const early = checkOut(channel, ['lamp', 'chair']);
  channel.handleAck();
  channel.publish('page viewed');
  void checkOut(channel, ['desk', 'shelf', 'rug']);
  channel.close(new Error('connection reset'));
  return { early: await early };
}
