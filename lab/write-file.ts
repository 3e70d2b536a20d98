import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './usage-error.ts';

/**
 * Writes a file whole or not at all: beside its place first, then renamed.
 *
 * @throws UsageError if it can't be written; what was there is still there
 */
export function writeWhole(file: string, content: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, content);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(
      `${file} can't be written: ${error instanceof Error ? error.message : String(error)}`,
      'name a file in a folder that you may write to',
    );
  }
}
