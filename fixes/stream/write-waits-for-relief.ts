/** Fixed: a failure settles the promise of room too. */
import type { Outcome } from '../../lab/contract.ts';

class Pipe {
  readonly #chunks: string[] = [];
  #room = Promise.withResolvers<void>();
  #problem: Error | undefined;

  async write(chunk: string): Promise<number> {
    while (this.#chunks.length > 0 && !this.#problem) await this.#room.promise;
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
    this.#room.resolve(); // FIX: wakes the write that waits
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
