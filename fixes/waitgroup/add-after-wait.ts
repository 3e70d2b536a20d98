/** Fixed: the report is counted before the first `await`, so a shutdown waits until it is queued. */
import type { Outcome } from '../../lab/contract.ts';
import { WaitGroup } from '../../patterns/waitgroup/wait-group.ts';

interface Queued {
  readonly report: string;
  readonly sent: () => void;
}

/** Collects crash reports and sends them in batches. */
class CrashReporter {
  readonly #building = new WaitGroup();
  readonly #currentUser: () => Promise<string>;
  readonly #send: (batch: readonly string[]) => void;
  readonly #queue: Queued[] = [];

  /** @param currentUser never rejects: it falls back to `anonymous` */
  constructor(currentUser: () => Promise<string>, send: (batch: readonly string[]) => void) {
    this.#currentUser = currentUser;
    this.#send = send;
  }

  /** Resolves when the report has been sent. */
  async capture(error: Error, symbolicate: (error: Error) => Promise<string>): Promise<void> {
    // FIX: counted in the caller's tick
    this.#building.add();
    const user = await this.#currentUser();
    // FIX: too late here
    const place = await symbolicate(error);
    const sent = this.#enqueue(`${user}: ${error.message} at ${place}`);
    this.#building.done();
    await sent;
  }

  #enqueue(report: string): Promise<void> {
    return new Promise((resolve) => this.#queue.push({ report, sent: resolve }));
  }

  flush(): void {
    const batch = this.#queue.splice(0);
    this.#send(batch.map(({ report }) => report));
    for (const { sent } of batch) sent();
  }

  /** Sends what is still being built, then stops. */
  async shutDown(): Promise<void> {
    await this.#building.wait();
    this.flush();
  }
}

const sourceMap = new Map([
  ['RangeError', 'pager.ts:9'],
  ['TypeError', 'basket.ts:4'],
]);

/** Returns the place in the source, or `?`; never rejects. */
const symbolicate = async (error: Error): Promise<string> => sourceMap.get(error.name) ?? '?';

export async function run(): Promise<Outcome> {
  const batches: (readonly string[])[] = [];
  const reporter = new CrashReporter(
    async () => 'ada',
    (batch) => batches.push(batch),
  );
  const captured = reporter.capture(new RangeError('page 0 of 9'), symbolicate);
  await new Promise(setImmediate);
  reporter.flush();
  await captured;
  const delivered = batches.flat();
  void reporter.capture(new TypeError('basket is null'), symbolicate);
  await reporter.shutDown();
  return { delivered, flushes: batches.length };
}
