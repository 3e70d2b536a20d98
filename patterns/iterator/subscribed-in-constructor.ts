/**
 * A live query makes its stream of changes first and checks the rights of the caller after that.
 *
 * **What leaks** One subscription on the broker for each caller who was turned away.
 *
 * **Why it survives** The constructor subscribes, and `return()` would undo that. Where the request fails between
 * the two, no loop has begun that could return the iterator.
 *
 * **How it shows up** Refused requests, of which a scanner makes thousands, fill the broker with subscribers; each
 * message is queued for all of them.
 *
 * **How to fix** Subscribe at the first `next()`.
 *
 * **When this is not a leak** When nothing can throw between the making of the iterator and its loop.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Iterator that subscribes before anybody reads it',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['davidyaha/graphql-redis-subscriptions#197'],
  hints: [
    'A caller without rights asks for changes. What was done before the refusal?',
    'Who returns an iterator that no loop was begun on?',
    'Move the subscription from the constructor to the first `next()`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Tells of changes to everybody in this process. */
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
