import { readFile } from 'node:fs/promises';
import type { RunEndpoints, Outside } from './outside.ts';

/**
 * Opens the endpoints that the program's source asks for, before the program starts: the seconds that a PostgreSQL
 * takes to start don't count as the program's.
 *
 * @param beside programs that run in the same process
 */
export async function openEndpointsFor(
  file: string,
  outside: Outside,
  beside: readonly string[] = [],
): Promise<RunEndpoints> {
  // a missing file is reported by the code that loads it
  const sources = await Promise.all([file, ...beside].map((each) => readFile(each, 'utf8').catch(() => '')));
  return outside.openEndpoints({ postgres: sources.some((source) => /\blab\.postgres\b/.test(source)) });
}
