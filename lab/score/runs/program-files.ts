import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What is loaded when it runs: types are gone by then, and what they say decides nothing. */
const imports = /^(?:import (?!type\b)[^;]*?|export (?!type\b)[^;]*?from )['"](\.\.?\/[^'"]+)['"];?$/gm;

/** Files beside a module that it imports when it runs. */
export function siblingsOf(module: string): readonly string[] {
  return [...readFileSync(module, 'utf8').matchAll(imports)]
    .map(([, path = '']) => resolve(dirname(module), path))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * The files whose content decides what a run of a program gives, beside adapter and runtime: it, what it imports, and
 * the same of the programs that run beside it.
 */
export function inputsOf(program: string, neighbours: readonly string[]): readonly string[] {
  return [program, ...neighbours].flatMap((each) => [...withSiblings(each)]);
}

/** A module, and all that it loads from its own folders. */
export function withSiblings(module: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  for (const sibling of siblingsOf(module)) withSiblings(sibling, seen);
  return seen;
}
