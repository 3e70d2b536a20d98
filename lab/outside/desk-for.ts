import { readFile } from 'node:fs/promises';
import type { Desk, Outside } from './outside.ts';

/**
 * Opens a desk with what the program's source asks for, before the program starts: to start a PostgreSQL takes
 * seconds, which are none of the program's.
 */
export async function openDeskFor(file: string, outside: Outside): Promise<Desk> {
  // of a file that is not there, whoever loads it says so
  const source = await readFile(file, 'utf8').catch(() => '');
  return outside.openDesk({ postgres: /\blab\.postgres\b/.test(source) });
}
