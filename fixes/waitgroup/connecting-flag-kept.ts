/** Fixed: a start that throws also ends the connecting, and the waiting requests are settled. */
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
    const connected = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#connect();
    await connected;
    return `${this.#host}${path}`;
  }

  #connect(): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      connector(this.#host, () => this.#done());
    } catch (error) {
      this.#done(); // FIX: the callback never comes
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
