import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Imports at run time: types are gone by then, and influence nothing. */
const imports = /^(?:import (?!type\b)[^;]*?|export (?!type\b)[^;]*?from )['"](\.\.?\/[^'"]+)['"];?$/gm;

/** Lists the files beside a module that it imports at run time. */
export function siblingsOf(module: string): readonly string[] {
  return [...readFileSync(module, 'utf8').matchAll(imports)]
    .map(([, path = '']) => resolve(dirname(module), path))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * Lists the files that influence the result of a run beside adapter and runtime: the program, its imports, and
 * those of its neighbours.
 */
export function inputsOf(program: string, neighbours: readonly string[]): readonly string[] {
  return [program, ...neighbours].flatMap((each) => [...withSiblings(each)]);
}

/** Lists a module with everything that it loads from its own folders. */
export function withSiblings(module: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  for (const sibling of siblingsOf(module)) withSiblings(sibling, seen);
  return seen;
}
