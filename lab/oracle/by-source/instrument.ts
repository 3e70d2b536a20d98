/** Rewrites a program so that its waits, and what it starts, can be counted without asking the engine. */
import { basename } from 'node:path';
import ts from 'typescript';
import { hooks } from './hooks.ts';

export interface Instrumented {
  /** It has the lines of the source. */
  readonly text: string;
  /** The siblings that it imports at run time, by their relative specifiers. */
  readonly siblings: readonly string[];
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Each `await e` becomes `await entered(e, 'file.ts:12')`; each `for await (… of e)` gets `iterated(e, …)`. What
 * `await using` and an async generator's `yield` wait for is not seen.
 *
 * @param replaced modules by their specifiers, and what is to be imported instead
 */
export function instrument(
  source: string,
  fileName: string,
  replaced: Readonly<Record<string, string>>,
): Instrumented {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.ESNext, true);
  // in the order of the source, also where one wait stands inside another
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

/** What this expression is handed to, if it is waited for. */
function hookOf(node: ts.Node): string | undefined {
  // a file's is undefined
  const parent = node.parent as ts.Node | undefined;
  if (parent === undefined) return undefined;
  if (ts.isAwaitExpression(parent)) return hooks.entered;
  return ts.isForOfStatement(parent) && parent.awaitModifier && parent.expression === node
    ? hooks.iterated
    : undefined;
}

/** Where a wait stands: at the word `await`, or at what is iterated. */
function siteOf(operand: ts.Node): ts.Node {
  return ts.isAwaitExpression(operand.parent) ? operand.parent : operand;
}

function importedAtRunTime(node: ts.Node): ts.StringLiteral | undefined {
  if (ts.isImportDeclaration(node)) {
    if (node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return undefined;
  } else if (!ts.isExportDeclaration(node) || node.isTypeOnly) return undefined;
  return node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
}
