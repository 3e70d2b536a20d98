/**
 * An exporter remembers each span that it has sent, so that it sends none twice, and has a timer forget it.
 *
 * **What leaks** A timer and an entry for each span of the last five minutes.
 *
 * **Why it survives** The timers are unref'd and hold no process up, which makes them look harmless. Each one keeps
 * its span, and there are as many as are sent in five minutes.
 *
 * **How it shows up** Memory follows the load of the last five minutes; a peak becomes an out-of-memory.
 *
 * **How to fix** Remember a fixed number of ids.
 *
 * **When this is not a leak** When few spans are sent.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Sent spans that are remembered for five minutes each',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'unref handle',
  seenIn: ['getsentry/sentry-javascript#21242'],
  hints: [
    'How many timers are there after a thousand spans?',
    "An unref'd timer lets the process go, not its memory.",
    'Keep the last ids in a set of limited size, without a timer.',
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
