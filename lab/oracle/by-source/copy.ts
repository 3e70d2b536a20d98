import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { instrument } from './instrument.ts';

/** Modules that are replaced by a counting version in a rewritten program. */
const shims = {
  'node:fs': 'fs',
  'node:timers': 'timers',
  'node:timers/promises': 'timers-promises',
  'node:worker_threads': 'worker-threads',
} as const;

/**
 * Copies a program with the siblings that it imports, rewritten so that its waits can be seen. Packages resolve
 * from the copy as from the original.
 *
 * @param folder an empty one
 * @returns the copy's absolute path
 */
export function copyInstrumented(file: string, folder: string): string {
  const replaced = Object.fromEntries(
    Object.entries(shims).map(([name, shim]) => [name, new URL(`./shims/${shim}.ts`, import.meta.url).href]),
  );
  const placeOf = (original: string): string => join(folder, original);
  const copied = new Set<string>();
  const copy = (original: string): void => {
    if (copied.has(original)) return;
    copied.add(original);
    const { text, siblings } = instrument(readFileSync(original, 'utf8'), original, replaced);
    mkdirSync(dirname(placeOf(original)), { recursive: true });
    writeFileSync(placeOf(original), text);
    for (const sibling of siblings) copy(resolve(dirname(original), sibling));
  };
  copy(file);
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const packages = join(at, 'node_modules');
    if (existsSync(packages)) symlinkSync(packages, placeOf(packages));
  }
  // Deno looks for packages only below a package.json
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return placeOf(file);
}
