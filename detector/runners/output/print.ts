import { writeSync } from 'node:fs';

/** Writes to standard error synchronously, because the process may end in this turn. */
export function print(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(2, bytes, at);
  } catch {
    // standard error is closed
  }
}
