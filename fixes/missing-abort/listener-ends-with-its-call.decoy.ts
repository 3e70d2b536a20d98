/**
 * Each upload listens for the shutdown of the process, so that it can save its progress.
 *
 * **Looks like a leak** Each upload adds a listener to a signal that lives
 * as long as the process, and nothing in the file removes a listener.
 *
 * **Is none because** Each listener is added with a signal that belongs to the upload.
 * The `finally` aborts that signal, which removes the listener from the long-lived one.
 */
import type { Outcome } from '../../lab/contract.ts';

/** Aborted once, when the process is told to stop. */
const shutdown = new AbortController();

class Upload {
  readonly name: string;
  readonly #parts: readonly string[];
  sent = 0;
  resumeAt: number | undefined;

  constructor(name: string, parts: readonly string[]) {
    this.name = name;
    this.#parts = parts;
  }

  async send(store: (part: string) => Promise<void>): Promise<number> {
    const over = new AbortController();
    const saveProgress = () => {
      this.resumeAt = this.sent;
    };
    shutdown.signal.addEventListener('abort', saveProgress, { signal: over.signal });
    try {
      for (const part of this.#parts) {
        shutdown.signal.throwIfAborted();
        await store(part);
        this.sent += part.length;
      }
      return this.sent;
    } finally {
      over.abort();
    }
  }
}

export async function run(): Promise<Outcome> {
  const stored: string[] = [];
  const store = async (part: string) => {
    if (part === '') throw new Error('empty part');
    stored.push(part);
  };
  const uploads = [
    new Upload('invoice.pdf', ['inv', 'oice']),
    new Upload('photo.jpg', ['ph', 'oto']),
    new Upload('notes.txt', ['not', '']),
  ];
  const sent = await Promise.allSettled(uploads.map((upload) => upload.send(store)));
  return {
    stored: stored.length,
    sent: uploads.map(({ name, sent }) => `${name} ${sent}`),
    failed: sent.filter(({ status }) => status === 'rejected').length,
  };
}
