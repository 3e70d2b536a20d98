/**
 * A live query first makes its stream of changes, and then checks the rights of the caller.
 *
 * **What leaks** One subscription on the broker for each caller who was refused.
 *
 * **Why it survives** The constructor subscribes, and `return()` would unsubscribe. When the request fails in
 * between, no loop has begun that could return the iterator.
 *
 * **How it shows up** Refused requests, of which a scanner makes thousands, fill the broker with subscribers, and
 * each message is queued for all of them.
 *
 * **How to fix** Subscribe at the first `next()`.
 *
 * **When this is not a leak** When nothing can throw between making the iterator and starting its loop.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Iterator subscribes before it is read',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['davidyaha/graphql-redis-subscriptions#197'],
  hints: [
    'A caller without rights asks for changes. What was done before the refusal?',
    'What returns an iterator that no loop reads?',
    'Move the subscription from the constructor to the first `next()`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The broker of all changes in this process. */
const broker = new EventEmitter();

class Changes implements AsyncIterableIterator<string> {
  readonly #topic: string;
  readonly #queue: string[] = [];
  #wake = Promise.withResolvers<void>();

  constructor(topic: string) {
    this.#topic = topic;
    broker.on(topic, this.#push); // LEAK: listener x2
  }

  readonly #push = (change: string): void => {
    this.#queue.push(change);
    this.#wake.resolve();
  };

  async next(): Promise<IteratorResult<string, undefined>> {
    if (this.#queue.length === 0) await this.#wake.promise;
    this.#wake = Promise.withResolvers<void>();
    return { done: false, value: this.#queue.shift() ?? '' };
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    broker.off(this.#topic, this.#push);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

async function firstChange(user: string, topic: string): Promise<string> {
  const changes = new Changes(topic);
  if (user !== 'editor') throw new Error(`${user} may not read ${topic}`);
  for await (const change of changes) return change;
  return 'none';
}

export async function run(): Promise<Outcome> {
  const refusals = ['guest', 'crawler'].map((user) =>
    firstChange(user, 'articles').catch((error: Error) => error.message),
  );
  const change = firstChange('editor', 'articles');
  broker.emit('articles', 'article 7 published');
  return { refusals: await Promise.all(refusals), change: await change };
}
