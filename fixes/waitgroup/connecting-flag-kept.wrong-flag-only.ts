/**
 * Tried: the flag is reset.
 *
 * **Still leaks because** the requests that already wait are not settled, and each one's own attempt throws again.
 */
import type { Outcome } from '../../lab/contract.ts';

type Connector = (host: string, done: () => void) => void;

const connector: Connector = (host, done) => {
  if (host.includes(' ')) throw new TypeError(`invalid host: ${host}`);
  queueMicrotask(done);
};

class Client {
  readonly #host: string;
  readonly #waiting: (() => void)[] = [];
  #isConnecting = false;
  problem = 'none';

  constructor(host: string) {
    this.#host = host;
  }

  async request(path: string): Promise<string> {
    const connected = new Promise<void>((resolve) => this.#waiting.push(resolve)); // ALSO
    this.#connect();
    await connected; // LEAK: await x2
    return `${this.#host}${path}`;
  }

  #connect(): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      connector(this.#host, () => this.#done());
    } catch (error) {
      this.#isConnecting = false; // TRIED: the next request may connect
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #done(): void {
    this.#isConnecting = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export async function run(): Promise<Outcome> {
  const right = new Client('shop.example');
  const page = await right.request('/');
  const wrong = new Client('shop example');
  for (const path of ['/', '/about']) void wrong.request(path);
  return { page, problem: wrong.problem };
}
