/**
 * A transform makes its writer wait while its reader is slow, and the reader fails.
 *
 * **What leaks** The write that waited, and the one who awaits it.
 *
 * **Why it survives** The promise of room is settled when the reader reads. `fail` changes the state and tells the
 * next write; the one that waits already waits on.
 *
 * **How it shows up** An upload stands still at a few percent after the other side has broken off.
 *
 * **How to fix** Settle the promise of room in `fail` as well.
 *
 * **When this is not a leak** When writers do not wait for room.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Write that waits for room in a stream that has failed',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['whatwg/streams#785'],
  hints: [
    'The reader fails. Who wakes the write that waits?',
    'A state that changes wakes nobody.',
    'Resolve the promise in `fail`, and look at the state afterwards.',
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
