/** Fixed: a skipped task releases its slot. */
import type { Outcome } from '../../lab/contract.ts';

interface Task {
  readonly name: string;
  readonly isLate: boolean;
  readonly settle: (result: string) => void;
}

class Limiter {
  readonly #queue: Task[] = [];
  #free = 1;

  run(name: string, isLate = false): Promise<string> {
    return new Promise((settle) => {
      this.#queue.push({ name, isLate, settle });
      this.#next();
    });
  }

  #next(): void {
    if (this.#free === 0) return;
    const task = this.#queue.shift();
    if (!task) return;
    this.#free--;
    if (task.isLate) {
      task.settle('too late');
      this.#free++; // FIX: no other code does
      return this.#next();
    }
    task.settle(`${task.name} done`);
    this.#free++;
    this.#next();
  }
}

async function exportTable(limiter: Limiter, name: string): Promise<string> {
  return await limiter.run(name);
}

export async function run(): Promise<Outcome> {
  const limiter = new Limiter();
  const first = await limiter.run('books');
  const skipped = await limiter.run('loans', true);
  void exportTable(limiter, 'readers');
  return { first, skipped };
}
