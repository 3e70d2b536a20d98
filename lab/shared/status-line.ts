import type { WriteStream } from 'node:tty';

/** Shows a line in the place of the one before, and nothing outside of a terminal; an empty one clears it. */
export function showStatus(text: string, stream: WriteStream = process.stderr): void {
  if (stream.isTTY) stream.write(`\r\u001B[2K${text.slice(0, stream.columns - 1)}`);
}
