/**
 * Tried: the job leaves the context of the root span when it is over.
 *
 * **Still leaks because** the parent keeps the span, not the context.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome } from '../../lab/contract.ts';

class Span {
  readonly name: string;
  readonly children = new Set<Span>();
  readonly events: string[] = [];
  readonly #parent: Span | undefined;

  constructor(name: string, parent?: Span) {
    this.name = name;
    this.#parent = parent;
    parent?.children.add(this); // LEAK: memory x2
  }

  end(): number {
    return this.#parent ? this.events.length : this.children.size;
  }
}

const current = new AsyncLocalStorage<Span>();
const root = new Span('worker');

function runJob(rows: number): number {
  const span = new Span('job', current.getStore());
  for (let row = 0; row < rows; row++) span.events.push(`row ${row} ${'x'.repeat(row % 7)}`);
  return current.exit(() => span.end()); // TRIED: out of the root's context
}

export async function run(): Promise<Outcome> {
  const events = current.run(root, () => [runJob(500), runJob(500)]);
  return { events };
}
