/** Fixed: the iterator subscribes when it is first read. */
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
    // FIX: subscribes on the first read
  }

  readonly #push = (change: string): void => {
    this.#queue.push(change);
    this.#wake.resolve();
  };

  async next(): Promise<IteratorResult<string, undefined>> {
    // FIX: the first read
    if (!broker.listeners(this.#topic).includes(this.#push)) broker.on(this.#topic, this.#push);
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
