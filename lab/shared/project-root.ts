import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The project's own folder: the nearest one above this file that holds patterns/. Not counted in steps, as
 * the built files lie one folder deeper than their sources.
 */
export const projectRoot = nearest(import.meta.dirname);

function nearest(folder: string): string {
  if (existsSync(join(folder, 'patterns')) || dirname(folder) === folder) return folder;
  return nearest(dirname(folder));
}
