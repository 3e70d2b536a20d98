import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the project: the nearest one above this file that holds patterns/. Its distance differs, as built
 * files are one folder deeper than their sources.
 */
export const projectRoot = nearest(import.meta.dirname);

function nearest(folder: string): string {
  if (existsSync(join(folder, 'patterns')) || dirname(folder) === folder) return folder;
  return nearest(dirname(folder));
}
