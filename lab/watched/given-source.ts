import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';

/**
 * Strips the types of a TypeScript file and keeps each line and column.
 *
 * @throws if its types can't be stripped, as those of enums
 */
export function strippedSource(file: string): string {
  const { emitWarning } = process;
  // the warning that the function is experimental is of no use to a user
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(readFileSync(file, 'utf8'));
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Loads a module from the given source instead of its file. */
export function giveSource(url: string, source: string): void {
  registerHooks({
    load: (asked, context, nextLoad) =>
      asked === url ? { format: 'module', source, shortCircuit: true } : nextLoad(asked, context),
  });
}
