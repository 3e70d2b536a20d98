/**
 * A message channel fails its unconfirmed messages when it
 * closes, and stops at the first that wanted no confirmation.
 *
 * **What leaks** Every order that was published after a
 * message without a callback, waiting for its confirmation.
 *
 * **Why it survives** Such a message is stored in the list as `false`, and the loop that
 * empties the list takes a falsy entry for the end. The callbacks behind it are never called.
 *
 * **How it shows up** After a lost connection some publishers get their error and others hang, but only in
 * services that mix confirmed messages with fire-and-forget ones.
 *
 * **How to fix** Go through the whole list and skip the entries without a callback.
 *
 * **When this is not a leak** In a list without falsy entries the loop does reach the end.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Drain loop stops at a falsy entry',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['amqp-node/amqplib@eb2df93'],
  hints: [
    'Publish something without a callback between two orders, then close the channel.',
    'What does the list of unconfirmed messages hold for a message without a callback?',
    '`while (confirm)` ends at the first `false`; the entries behind it stay where they are.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    let confirm = this.#unconfirmed.shift();
    while (confirm) {
      confirm(reason);
      confirm = this.#unconfirmed.shift();
    }
  }
}

const placeOrder = async (channel: ConfirmChannel, order: string): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>(); // ALSO
  channel.publish(order, (error) => (error ? reject(error) : resolve()));
  await promise; // LEAK: await x3
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
