/**
 * A client remembers that it is connecting, and the call that starts the connection throws.
 *
 * **What leaks** Each request that was sent since then, waiting for the connection.
 *
 * **Why it survives** The flag is set before the call and reset in its callback. A call that throws never
 * runs its callback, so the client never connects again, and each new request waits with the others.
 *
 * **How it shows up** After one wrong address, set only for a moment, the client never recovers.
 *
 * **How to fix** Reset the flag when the call throws.
 *
 * **When this is not a leak** When the call never throws and reports its errors through the callback alone.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connecting flag kept after a throw',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['nodejs/undici#4834'],
  hints: [
    'The connector throws. What does the flag say?',
    'What resets the flag?',
    'Catch the error, reset the flag, and settle the requests that wait.',
  ],
  node: '>=22',
} satisfies Pattern;

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
