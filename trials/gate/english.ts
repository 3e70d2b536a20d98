/** `npm run english`: counts the openers and words that our English does without; the counts may only fall. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { formatRecords } from '../../lab/shared/json-records.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';

/** A place whose words break a rule. */
export interface Slip {
  readonly rule: Rule;
  /** Relative to the project. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const rules = {
  /** Doc comments open with a verb in the third person, or with a noun. */
  opener: /^(?:What|How|Who|Whoever|Whose|Whether|Of|That|Where|Which|One|Has|Have|Is|Are|Also|As much)\b/,
  word: /\b(?:nobody|somebody|whoever|is to be|are to be|of its own|of their own|at work|to mend|mended|mends?)\b/i,
} as const;

/** The rules, by what they look at. */
export type Rule = keyof typeof rules;

const ceilingFile = join(projectRoot, 'trials/gate/english.json');

/** Finds slips in the comments and strings of a TypeScript source. */
export function slipsInSource(file: string, source: string): Slip[] {
  return [...textsOf(source)].flatMap(({ text, at, isDoc }) => {
    const slips: Slip[] = [];
    const note = (rule: Rule, offset: number, words: string): void => {
      slips.push({ rule, file, line: lineAt(source, at + offset), text: words });
    };
    const [opening = ''] = isDoc ? text.replace(/^\/\*\*[\s*]*/, '').split('\n') : [];
    if (rules.opener.test(opening)) note('opener', 0, opening.trim());
    for (const found of text.matchAll(new RegExp(rules.word, 'gi'))) note('word', found.index, found[0]);
    return slips;
  });
}

/** Finds slips in a document; code is left out. */
export function slipsInProse(file: string, source: string): Slip[] {
  const prose = source.replaceAll(/^```[^]*?^```|`[^`\n]*`|\]\([^)\n]*\)/gm, (code) =>
    code.replaceAll(/[^\n]/g, ' '),
  );
  return [...prose.matchAll(new RegExp(rules.word, 'gi'))].map((found): Slip => ({
    rule: 'word',
    file,
    line: lineAt(prose, found.index),
    text: found[0],
  }));
}

interface Text {
  readonly text: string;
  readonly at: number;
  readonly isDoc: boolean;
}

function* textsOf(source: string): Generator<Text> {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, source);
  const templates: number[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    // the scanner alone can't tell the end of a template's hole from that of a block
    if (kind === ts.SyntaxKind.TemplateHead) templates.push(0);
    else if (kind === ts.SyntaxKind.OpenBraceToken && templates.length > 0)
      templates.push((templates.pop() ?? 0) + 1);
    else if (kind === ts.SyntaxKind.CloseBraceToken && templates.length > 0) {
      const depth = templates.pop() ?? 0;
      if (depth > 0) templates.push(depth - 1);
      else {
        kind = scanner.reScanTemplateToken(false);
        if (kind !== ts.SyntaxKind.TemplateTail) templates.push(0);
      }
    } else if (kind === ts.SyntaxKind.SlashToken || kind === ts.SyntaxKind.SlashEqualsToken) {
      if (isRegExp(source, scanner.getTokenStart())) scanner.reScanSlashToken();
    }
    const text = scanner.getTokenText();
    const at = scanner.getTokenStart();
    if (texts.has(kind)) yield { text, at, isDoc: text.startsWith('/**') };
  }
}

const texts: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.SingleLineCommentTrivia,
  ts.SyntaxKind.MultiLineCommentTrivia,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
]);

/** Tells a regular expression from a division by what stands before it. */
function isRegExp(source: string, at: number): boolean {
  const before = source.slice(0, at).trimEnd();
  return /[(,=:[!&|?{};>]$|\breturn$|\btypeof$/.test(before);
}

function lineAt(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

function allSlips(): Slip[] {
  const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
  const sources = globSync('{detector,lab,trials,patterns,fixes}/**/*.ts', { cwd: projectRoot })
    .filter(
      (file) => !/node_modules|^trials\/gate\/english|^lab\/docs\/lessons\/lessons-table\.ts/.test(file),
    )
    .toSorted();
  const prose = globSync(['*.md', 'docs/*.md', 'docs/{concepts,guides}/*.md'], { cwd: projectRoot })
    .filter((file) => file !== 'CHANGELOG.md')
    .toSorted();
  return [
    ...sources.flatMap((file) => slipsInSource(file, read(file))),
    ...prose.flatMap((file) => slipsInProse(file, read(file))),
  ];
}

if (import.meta.main) {
  const isWanted = (file: string): boolean => process.argv.slice(2).every((part) => file.startsWith(part));
  const slips = allSlips();
  const counted = (rule: Rule): number => slips.filter((slip) => slip.rule === rule).length;
  const counts = { opener: counted('opener'), word: counted('word') };
  const ceiling = JSON.parse(readFileSync(ceilingFile, 'utf8')) as typeof counts;
  const isAbove = counts.opener > ceiling.opener || counts.word > ceiling.word;
  if (isAbove || process.argv.length > 2) {
    for (const { file, line, rule, text } of slips.filter((slip) => isWanted(slip.file)))
      process.stdout.write(`${file}:${line} ${rule}: ${text}\n`);
  }
  process.stdout.write(
    `openers ${counts.opener} of ${ceiling.opener}, words ${counts.word} of ${ceiling.word} allowed\n`,
  );
  if (isAbove) process.exitCode = 1;
  // what has fallen does not rise again
  else if (!process.env['CI']) writeWhole(ceilingFile, formatRecords(counts));
}
