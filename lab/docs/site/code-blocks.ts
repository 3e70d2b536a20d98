import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A fenced block of a document. */
export interface CodeBlock {
  /** Relative to the project. */
  readonly file: string;
  /** The number of the first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** Returns the blocks of handwritten documents: the pages of the catalogue come from programs that run anyway. */
export function writtenBlocks(root: string): readonly CodeBlock[] {
  const files = ['*.md', 'docs/*.md', 'docs/*/*.md']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !file.startsWith('docs/catalogue/'));
  return files.toSorted().flatMap((file) => blocksOf(readFileSync(join(root, file), 'utf8'), file));
}

/**
 * Returns the fenced blocks, and the commands within the text.
 *
 * @param file only named in the blocks
 */
export function blocksOf(markdown: string, file: string): readonly CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', fence = '', language = ''] = /^( *)(`{3,})(\w*)/.exec(lines[at] ?? '') ?? [];
    if (fence === '') continue;
    const length = lines.slice(at + 1).findIndex((line) => line.trim() === fence);
    if (length < 0) break;
    const code = lines.slice(at + 1, at + 1 + length).map((line) => line.slice(indent.length));
    blocks.push({ file, line: at + 2, language, code: code.join('\n') });
    lines.fill('', at, at + length + 2);
    at += length + 1;
  }
  return [...blocks, ...commandsWithin(lines.join('\n'), file)];
}

function commandsWithin(text: string, file: string): readonly CodeBlock[] {
  return [...text.matchAll(/`((?:npm (?:run|start|test)|npx leaklab|leaklab)\b[^`]*)`/g)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    language: 'sh',
    code: (match[1] ?? '').replaceAll(/\s+/g, ' '),
  }));
}

/** Errors of TypeScript about the reader's names and files, and about plain JavaScript. */
const ofTheReader = new Set([2304, 2307, 2552, 2582, 2584, 2593]);
const ofJavaScript = new Set([7005, 7036, 7006, 7016, 7031, 7034]);

/**
 * Returns the errors of TypeScript for the blocks that import leaklab, a line each.
 *
 * @param modules the source files of what can be imported, by name, relative to the root
 */
export function typeProblems(
  blocks: readonly CodeBlock[],
  root: string,
  modules: ReadonlyMap<string, string>,
): readonly string[] {
  const own = blocks.filter(
    ({ language, code }) => /^(?:ts|js|mjs)$/.test(language) && /^import [^;]*'leaklab/m.test(code),
  );
  const sources = new Map(own.map((block, index) => [join(root, 'docs', `block-${index}.ts`), block]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false },
    root,
  );
  options.paths = Object.fromEntries([...modules].map(([name, file]) => [name, [join(root, file)]]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path)?.code ?? readFile(path);
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources].flatMap(([path, { file, line, language }]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(({ code, messageText }) => {
        if (code === 2307 && /'leaklab/.test(ts.flattenDiagnosticMessageText(messageText, ' '))) return true;
        return !ofTheReader.has(code) && !(language !== 'ts' && ofJavaScript.has(code));
      })
      .map(({ start = 0, messageText }) => {
        const at = source?.getLineAndCharacterOfPosition(start).line ?? 0;
        return `${file}:${line + at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
  });
}

/** A command that a document gives. */
export interface Command {
  readonly file: string;
  readonly line: number;
  /** `npm run lab` and `npx leaklab` are the same: `leaklab`; else the name of a script. */
  readonly script: string;
  /** The arguments after the script, or after the verb of `leaklab`. */
  readonly args: readonly string[];
  /** The verb of `leaklab`. */
  readonly verb?: string;
}

/** Returns the commands of the shell blocks, one for each line; a line that ends in `\` goes on. */
export function commandsOf(blocks: readonly CodeBlock[]): readonly Command[] {
  return blocks
    .filter(({ language }) => /^(?:sh|bash|shell|console)$/.test(language))
    .flatMap(({ file, line, code }) => {
      const lines = code.replaceAll(/\\\n/g, '  ').split('\n');
      return lines.flatMap((text, index) => {
        const bare = text.replace(/(?:^|\s)#.*$/, '');
        return bare.split(/&&|\|\|?|;/).flatMap((part) => {
          const command = commandOf(part.trim().split(/\s+/));
          return command ? [{ file, line: line + index, ...command }] : [];
        });
      });
    });
}

function commandOf(words: readonly string[]): Omit<Command, 'file' | 'line'> | undefined {
  const start = words.findIndex((word) => word === 'npm' || word === 'npx' || word === 'leaklab');
  const [program, first, second, ...rest] = words.slice(start < 0 ? words.length : start);
  if (program === 'npx' && first === 'leaklab')
    return { script: 'leaklab', args: rest, ...(second && { verb: second }) };
  if (program === 'leaklab')
    return {
      script: 'leaklab',
      args: [second ?? '', ...rest].filter(Boolean),
      ...(first && { verb: first }),
    };
  if (program !== 'npm' || (first !== 'run' && first !== 'start' && first !== 'test')) return undefined;
  const [script = '', behind] = first === 'run' ? [second, rest] : [first, words.slice(start + 2)];
  const args = (behind ?? []).filter((word) => word !== '--');
  if (script !== 'lab') return { script, args };
  const [verb, ...own] = args;
  return { script: 'leaklab', args: own, ...(verb !== undefined && { verb }) };
}

/** Returns the options of a command that its help does not list; what follows `--` is another command. */
export function unknownOptions({ args }: Command, help: string): readonly string[] {
  const end = args.indexOf('--');
  return args
    .slice(0, end === -1 ? args.length : end)
    .map((word) => word.replace(/^[[(]+/, '').replace(/[\])=].*$/, ''))
    .filter((word) => /^--[a-z]/.test(word) && word !== '--help')
    .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help));
}
