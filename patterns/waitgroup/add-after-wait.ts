/**
 * A crash reporter counts a report only after it has
 * looked up the user, and a shutdown in between misses it.
 *
 * **What leaks** The `capture` of a report that entered the queue after the last flush, and its callers.
 *
 * **Why it survives** `add()` comes after the first `await`, so `wait()` finds a count of zero and
 * returns at once. The queue is flushed for the last time, then the report enters it and is never sent.
 *
 * **How it shows up** The report of the crash that ended the process is
 * missing, and a handler that awaits `capture` before it exits hangs.
 *
 * **How to fix** Call `add()` synchronously, before the first `await` of the work that it counts.
 *
 * **When this is not a leak** If `capture` refuses what comes
 * after the shutdown, or sends it by itself, it always settles.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';
import { WaitGroup } from './wait-group.ts';

export const pattern = {
  title: "Work added after the group's wait",
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['PostHog/posthog-js#4028'],
  hints: [
    'Call `capture` and `shutDown` in the same tick and see what each of them waits for.',
    'What is the count of the group at the moment when `shutDown` asks for it?',
    '`#building.add()` runs after an `await`; the shutdown has seen zero and flushed by then.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    const user = await this.#currentUser();
    this.#building.add();
    const place = await symbolicate(error);
    const sent = this.#enqueue(`${user}: ${error.message} at ${place}`);
    this.#building.done();
    await sent; // LEAK: await
  }

  #enqueue(report: string): Promise<void> {
    return new Promise((resolve) => this.#queue.push({ report, sent: resolve })); // ALSO
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
