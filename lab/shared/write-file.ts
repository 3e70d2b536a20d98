import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from './error-message.ts';
import { UsageError } from './usage-error.ts';

/**
 * Writes a file whole or not at all: a temporary file beside it is renamed. A path that is not a plain file (a pipe,
 * a device, a link) is written to and not replaced.
 *
 * @throws UsageError if the file can't be written; the old file stays
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) return writeFileSync(file, content);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, content);
    renameSync(beside, file);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw new UsageError(
      `${file} can't be written: ${messageOf(error)}`,
      'name a file in a folder that you may write to',
    );
  }
}
