/**
 * A channel between asynchronous functions, after Go's: `send` waits while the buffer is full, `receive` while it is
 * empty. After `close`, buffered values can still be received, then `undefined`.
 */
export class Channel<T> {
  readonly #capacity: number;
  readonly #buffer: T[] = [];
  readonly #receivers: ((value: T | undefined) => void)[] = [];
  readonly #senders: { readonly value: T; readonly resume: () => void }[] = [];
  #isClosed = false;

  /** @param capacity how many values are taken without a receiver */
  constructor(capacity = 0) {
    this.#capacity = capacity;
  }

  /** Resolves when a receiver or the buffer has taken the value. */
  send(value: T): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('send on a closed channel'));
    const receiver = this.#receivers.shift();
    if (receiver) receiver(value);
    else if (this.#buffer.length < this.#capacity) this.#buffer.push(value);
    else return new Promise((resume) => this.#senders.push({ value, resume }));
    return Promise.resolve();
  }

  /** Resolves with the next value, or with undefined when the channel is closed and empty. */
  receive(): Promise<T | undefined> {
    const sender = this.#senders.shift();
    if (sender) {
      this.#buffer.push(sender.value);
      sender.resume();
    }
    if (this.#buffer.length > 0 || this.#isClosed) return Promise.resolve(this.#buffer.shift());
    return new Promise((resolve) => this.#receivers.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    for (const receiver of this.#receivers.splice(0)) receiver(undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () =>
        this.receive().then((value) =>
          value === undefined ? { done: true, value } : { done: false, value },
        ),
    };
  }
}
