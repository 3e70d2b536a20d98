import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';

const indexFile = join(import.meta.dirname, 'index.ts');
const program = ts.createProgram([indexFile], {
  module: ts.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();
const file = program.getSourceFile(indexFile);
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

// in one process: each process loads the detector for a second of CPU
const runner = `
import { pathToFileURL } from 'node:url';
for (const file of process.argv.slice(1)) {
  await import(pathToFileURL(file).href).catch((error) => { console.error(file, error); });
}
console.error('ran', process.argv.length - 1);`;

test('each example runs', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'leaklab-examples-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const names = all.flatMap(({ name, examples }) =>
    examples.map((code, index) => {
      const local = code.replaceAll(
        "from 'leaklab'",
        `from ${JSON.stringify(pathToFileURL(indexFile).href)}`,
      );
      writeFileSync(join(cwd, `${name}-${index}.ts`), local);
      return `${name}-${index}.ts`;
    }),
  );
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', runner];
  const { stderr } = await promisify(execFile)(process.execPath, [...args, ...names], { cwd });
  expect(names.length).toBeGreaterThanOrEqual(all.length);
  expect(stderr).toBe(`ran ${names.length}\n`);
});
