import { existsSync } from 'node:fs';

/** Reports whether a file is there for this process; one that `--permission` hides is not. */
export function isThere(file: string): boolean {
  try {
    return existsSync(file);
  } catch {
    return false;
  }
}
