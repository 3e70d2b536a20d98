/**
 * A worker process runs all its jobs inside one root span, and each span is added to the children of its parent.
 *
 * **What leaks** The span of every job, with its attributes.
 *
 * **Why it survives** A parent keeps its children until it is sent, and it is sent when it ends. The root span ends
 * with the process.
 *
 * **How it shows up** The heap of a worker grows with every job; a worker that is restarted each day survives.
 *
 * **How to fix** Send each child when it ends, and remove it from its parent.
 *
 * **When this is not a leak** When the parent is one request, and ends soon.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Root span keeps every child',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['getsentry/sentry-javascript#22916'],
  hints: [
    'When does the root span end?',
    'What keeps a span after the job is over?',
    'Delete the child from its parent when it has been sent.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  return span.end();
}

export async function run(): Promise<Outcome> {
  const events = current.run(root, () => [runJob(500), runJob(500)]);
  return { events };
}
