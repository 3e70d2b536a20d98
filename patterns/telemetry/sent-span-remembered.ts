/**
 * An exporter remembers each sent span, so that no span is sent twice, and a timer forgets the span later.
 *
 * **What leaks** A timer and an entry for each span of the last five minutes.
 *
 * **Why it survives** The timers are unref'd and keep no process alive, which makes them look harmless. Each timer
 * keeps its span, and there are as many timers as spans sent in five minutes.
 *
 * **How it shows up** Memory follows the load of the last five minutes; a peak ends out of memory.
 *
 * **How to fix** Remember a fixed number of ids.
 *
 * **When this is not a leak** When few spans are sent.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'One timer for each sent span',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'unref handle',
  seenIn: ['getsentry/sentry-javascript#21242'],
  hints: [
    'How many timers are there after a thousand spans?',
    "An unref'd timer lets the process go, not its memory.",
    'Keep the last ids in a set of limited size, without timers.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Span {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const remembered = 300_000;

class Exporter {
  readonly #sent = new Map<string, Span>();
  exported = 0;

  end(span: Span): void {
    if (this.#sent.has(span.id)) return;
    this.#sent.set(span.id, span);
    setTimeout(() => this.#sent.delete(span.id), remembered).unref(); // LEAK: timer x2
    this.exported++;
  }
}

let requests = 0;

/** Ends a span twice, as a retry does. */
function trace(exporter: Exporter, path: string): void {
  const span: Span = { id: `span-${++requests}`, attributes: { path } };
  exporter.end(span);
  exporter.end(span);
}

const exporter = new Exporter();

export async function run(): Promise<Outcome> {
  const before = exporter.exported;
  for (const path of ['/', '/about']) trace(exporter, path);
  return { exported: exporter.exported - before };
}
