/**
 * A transform makes its writer wait while its reader is slow, and then the reader fails.
 *
 * **What leaks** The write that waited, and its caller.
 *
 * **Why it survives** The promise of room is settled when the reader reads. `fail` changes
 * the state, which only the next write sees; the write that already waits goes on waiting.
 *
 * **How it shows up** An upload stops at a few percent after the other side has broken off.
 *
 * **How to fix** Settle the promise of room in `fail` as well.
 *
 * **When this is not a leak** When writers do not wait for room.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Write waits on a failed stream',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['whatwg/streams#785'],
  hints: [
    'The reader fails. What wakes the write that waits?',
    'A change of state wakes no waiter.',
    'Resolve the promise in `fail`, and check the state afterwards.',
  ],
  node: '>=22',
} satisfies Pattern;

class Pipe {
  readonly #chunks: string[] = [];
  #room = Promise.withResolvers<void>(); // ALSO
  #problem: Error | undefined;

  async write(chunk: string): Promise<number> {
    while (this.#chunks.length > 0 && !this.#problem) await this.#room.promise; // LEAK: await
    if (this.#problem) throw this.#problem;
    return this.#chunks.push(chunk);
  }

  read(): string {
    const chunk = this.#chunks.shift() ?? '';
    this.#room.resolve();
    this.#room = Promise.withResolvers<void>();
    return chunk;
  }

  fail(problem: Error): void {
    this.#problem = problem;
  }
}

export async function run(): Promise<Outcome> {
  const pipe = new Pipe();
  await pipe.write('one');
  const second = pipe.write('two');
  const read = [pipe.read()];
  await second;
  read.push(pipe.read());

  const broken = new Pipe();
  await broken.write('one');
  void broken.write('two').catch(() => undefined);
  broken.fail(new Error('reader gone'));
  const problem = await broken.write('three').catch((error: Error) => error.message);
  return { read, problem };
}
