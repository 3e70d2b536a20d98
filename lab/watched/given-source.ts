import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';

/**
 * A TypeScript file as JavaScript, with each line and column where the file has it.
 *
 * @throws where its types can't be stripped, as those of enums
 */
export function strippedSource(file: string): string {
  const { emitWarning } = process;
  // it warns that the function is experimental: of no use to whoever runs a program
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(readFileSync(file, 'utf8'));
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Has a module loaded from a source at hand, an ES module, as if it were what its file holds. */
export function giveSource(url: string, source: string): void {
  registerHooks({
    load: (asked, context, nextLoad) =>
      asked === url ? { format: 'module', source, shortCircuit: true } : nextLoad(asked, context),
  });
}
