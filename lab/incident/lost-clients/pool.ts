/** A connection to the database, which is the upstream here. */
export class Client {
  /** @throws if the database refuses */
  async query(upstream: string): Promise<string> {
    const response = await fetch(upstream);
    const text = await response.text();
    if (!response.ok) throw new Error(`the database refused: ${text}`);
    return text;
  }
}

/** A pool of clients, as those of databases are: who finds none waits in line. */
export class Pool {
  readonly size: number;
  readonly #idle: Client[];
  readonly #waiting: ((client: Client) => void)[] = [];

  constructor(size: number) {
    this.size = size;
    this.#idle = Array.from({ length: size }, () => new Client());
  }

  /** The clients that are lent. */
  get lent(): number {
    return this.size - this.#idle.length;
  }

  async connect(): Promise<Client> {
    const client = this.#idle.pop();
    if (client) return client;
    const { promise, resolve } = Promise.withResolvers<Client>();
    this.#waiting.push(resolve);
    return promise;
  }

  release(client: Client): void {
    const next = this.#waiting.shift();
    if (next) next(client);
    else this.#idle.push(client);
  }
}
