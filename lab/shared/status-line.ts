import type { WriteStream } from 'node:tty';

/** Replaces the status line of a terminal; an empty text clears it. Other streams get nothing. */
export function showStatus(text: string, stream: WriteStream = process.stderr): void {
  if (stream.isTTY) stream.write(`\r\u001B[2K${text.slice(0, stream.columns - 1)}`);
}
