/**
 * Tried: the refusal is a rejected promise instead of a thrown error.
 *
 * **Still leaks because** the subscription leaks because no loop has begun, not because of the way of refusing.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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
  // TRIED: nothing is thrown here
  if (user !== 'editor') return Promise.reject(new Error(`${user} may not read ${topic}`));
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
