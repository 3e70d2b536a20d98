import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Guard } from '../engine/guard.ts';
import { Set, WeakRef } from '../engine/intrinsics.ts';
import { isRequestOver, requestOf } from '../probes/requests.ts';

/** The number of requests in flight, without stacks: those of fetch, npm undici and `node:http`. */
export class InFlight {
  readonly #guard = new Guard();
  readonly #requests = new Set<WeakRef<object>>();
  readonly #most: number;

  /** @param most the number of requests that are kept between two counts */
  constructor(most: number) {
    this.#most = most;
  }

  readonly #created = this.#guard.hook((message: unknown): void => {
    const request = requestOf(message);
    if (request && this.#requests.size < this.#most) this.#requests.add(new WeakRef(request));
  });

  start(): void {
    subscribe('undici:request:create', this.#created);
    subscribe('http.client.request.created', this.#created);
  }

  stop(): void {
    unsubscribe('undici:request:create', this.#created);
    unsubscribe('http.client.request.created', this.#created);
    this.#requests.clear();
  }

  count(): number {
    for (const weak of this.#requests) {
      const request = weak.deref();
      if (!request || isRequestOver(request)) this.#requests.delete(weak);
    }
    return this.#requests.size;
  }
}
