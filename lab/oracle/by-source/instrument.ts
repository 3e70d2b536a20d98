/** Rewrites a program so that its waits and resources can be counted without the engine's help. */
import { basename } from 'node:path';
import ts from 'typescript';
import { hooks } from './hooks.ts';

export interface Instrumented {
  /** The rewritten program, with the lines of its source. */
  readonly text: string;
  /** Relative specifiers of the siblings that it imports at run time. */
  readonly siblings: readonly string[];
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Rewrites the waits and imports of a source. Each `await e` becomes `await entered(e, 'file.ts:12')`; each `for
 * await (… of e)` gets `iterated(e, …)`. The waits of `await using` and of an async generator's `yield` are not
 * seen.
 *
 * @param replaced replacements of modules, by specifier
 */
export function instrument(
  source: string,
  fileName: string,
  replaced: Readonly<Record<string, string>>,
): Instrumented {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ESNext, true);
  // in the order of the source, even when a wait contains another
  const edits: Edit[] = [];
  const siblings: string[] = [];
  const insert = (at: number, text: string): void => void edits.push({ from: at, to: at, text });
  const visit = (node: ts.Node): void => {
    const hook = hookOf(node);
    if (hook !== undefined) insert(node.getStart(file), `${hook}(`);
    ts.forEachChild(node, visit);
    if (hook !== undefined) {
      const line = file.getLineAndCharacterOfPosition(siteOf(node).getStart(file)).line + 1;
      insert(node.getEnd(), `, ${JSON.stringify(`${basename(fileName)}:${line}`)})`);
    }
    const specifier = importedAtRunTime(node);
    const instead = specifier && replaced[specifier.text];
    if (specifier && instead !== undefined) {
      edits.push({ from: specifier.getStart(file), to: specifier.getEnd(), text: JSON.stringify(instead) });
    } else if (specifier?.text.startsWith('.')) siblings.push(specifier.text);
  };
  visit(file);

  let text = '';
  let at = 0;
  for (const edit of edits) {
    text += source.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return { text: text + source.slice(at), siblings };
}

/** Returns the hook that takes this expression, if the program waits for it. */
function hookOf(node: ts.Node): string | undefined {
  // undefined for a source file
  const parent = node.parent as ts.Node | undefined;
  if (parent === undefined) return undefined;
  if (ts.isAwaitExpression(parent)) return hooks.entered;
  return ts.isForOfStatement(parent) && parent.awaitModifier && parent.expression === node
    ? hooks.iterated
    : undefined;
}

/** Returns the node at which a wait stands: the word `await`, or the iterated expression. */
function siteOf(operand: ts.Node): ts.Node {
  return ts.isAwaitExpression(operand.parent) ? operand.parent : operand;
}

function importedAtRunTime(node: ts.Node): ts.StringLiteral | undefined {
  if (ts.isImportDeclaration(node)) {
    if (node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return undefined;
  } else if (!ts.isExportDeclaration(node) || node.isTypeOnly) return undefined;
  return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
}
