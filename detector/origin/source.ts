import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Map } from '../engine/intrinsics.ts';

/** The most bytes that are read of a file; later lines are not shown. */
const limit = 2 ** 22;

/** The lines of source files, each read from disk once and up to a limit. */
export class Sources {
  readonly #lines = new Map<string, readonly string[]>();

  /** Returns the lines of a file; none if it can't be read, is no plain file or is no text. */
  linesOf(file: string): readonly string[] {
    let lines = this.#lines.get(file);
    if (!lines) {
      lines = readLines(file);
      this.#lines.set(file, lines);
    }
    return lines;
  }
}

function readLines(file: string): readonly string[] {
  try {
    // opening a pipe would wait for its writer
    if (!statSync(file).isFile()) return [];
    const { text, isWhole } = read(file);
    if (text.includes('\0')) return [];
    const lines = text.split(/\r\n|\n|\r/);
    // the last line may be cut off
    return isWhole ? lines : lines.slice(0, -1);
  } catch {
    return [];
  }
}

function read(file: string): { text: string; isWhole: boolean } {
  const descriptor = openSync(file, 'r');
  try {
    const size = Math.min(statSync(file).size, limit);
    const bytes = Buffer.allocUnsafe(size);
    let end = 0;
    for (let count = 1; count > 0 && end < size; end += count) {
      count = readSync(descriptor, bytes, end, size - end, end);
    }
    return { text: bytes.toString('utf8', 0, end), isWhole: size < limit };
  } finally {
    closeSync(descriptor);
  }
}
