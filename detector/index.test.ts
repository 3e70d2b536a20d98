import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const index = join(import.meta.dirname, 'index.ts');
const program = ts.createProgram([index], {
  module: ts.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();
const file = program.getSourceFile(index);
const moduleSymbol = file && checker.getSymbolAtLocation(file);
const exported = moduleSymbol ? checker.getExportsOfModule(moduleSymbol) : [];

interface Documented {
  readonly name: string;
  readonly comment: string;
  readonly examples: readonly string[];
}

const all = exported.map((each): Documented => {
  const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
  const examples = symbol.getJsDocTags(checker).filter(({ name }) => name === 'example');
  return {
    name: each.name,
    comment: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    examples: examples.map(({ text }) => codeOf(ts.displayPartsToString(text))),
  };
});

/** Returns the code between the fences. */
function codeOf(text: string): string {
  return /```ts\n([^]*?)```/.exec(text)?.[1] ?? '';
}

test('everything that a user imports is listed here, so that it grows on purpose alone', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual([
    'Api',
    'ArgumentRule',
    'Evidence',
    'Facts',
    'FindOptions',
    'Finding',
    'FormatOptions',
    'IgnoreRule',
    'Kind',
    'LeakError',
    'Lease',
    'Level',
    'NotJudged',
    'Policy',
    'PolicyError',
    'PolicyProblem',
    'ProbeName',
    'Report',
    'RuleScope',
    'Scope',
    'ScopeOptions',
    'Site',
    'find',
    'formatReport',
    'kinds',
    'levels',
    'loadPolicy',
    'parsePolicy',
    'probeNames',
    'snapshot',
    'track',
    'verifyNone',
    'wantsColour',
  ]);
});

test('each has a comment and an example', () => {
  const bare = all.filter(({ comment, examples }) => comment === '' || examples.every((code) => code === ''));
  expect(bare.map(({ name }) => name)).toEqual([]);
});

describe.concurrent('the example of', () => {
  test.each(all.flatMap(({ name, examples }) => examples.map((code) => [name, code] as const)))(
    '%s runs',
    async (_, code) => {
      const source = code.replaceAll("from 'leaklab'", `from ${JSON.stringify(pathToFileURL(index).href)}`);
      const args = [
        '--disable-warning=ExperimentalWarning',
        '--input-type=module-typescript',
        '--eval',
        source,
      ];
      const { stderr } = await promisify(execFile)(process.execPath, args, {
        cwd: join(import.meta.dirname, '..'),
      });
      expect(stderr).toBe('');
    },
  );
});
