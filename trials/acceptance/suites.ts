import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';

/** Columns of the table. */
export const aspects = [
  'per test',
  'per file',
  'per run',
  'at the same time',
  'rows',
  'retry',
  'second run',
  'right line',
  'exit code',
  'silent when clean',
] as const;
export type Aspect = (typeof aspects)[number];

const fixtures = join(import.meta.dirname, 'fixtures');

/** Test file that leaks, with the tests of its markers, in their order, and its clean tests. */
export interface LeakingFile {
  readonly file: string;
  readonly aspect: Aspect;
  /** Titles from the outermost suite on; none if the file, or the run, has to fail. */
  readonly leaking: readonly (readonly string[])[];
  readonly clean: readonly string[];
}

const clients = ['one', 'two', 'three'];

/** Files of one suite for all runners; each runner has its own `./runner.js`. */
export const leakingFiles: readonly LeakingFile[] = [
  {
    file: 'tests.test.js',
    aspect: 'per test',
    leaking: [
      ['orders > leave a timer'],
      ['orders > leave a server'],
      ['orders > leave a wait'],
      ['orders > row two'],
    ],
    clean: [
      'orders > are polled for',
      'orders > leave what is said',
      'orders > row one',
      'orders > row three',
    ],
  },
  { file: 'hooks.test.js', aspect: 'per file', leaking: [[]], clean: ['stock > is counted'] },
  {
    file: 'whole.test.js',
    aspect: 'per file',
    leaking: [[]],
    clean: ['invoices > are sent', 'invoices > are paid'],
  },
  {
    file: 'together.test.js',
    aspect: 'at the same time',
    leaking: ['timer', 'server', 'wait'].map((what) =>
      clients.map((client) => `clients > ${client} leaves a ${what}`),
    ),
    clean: clients.map((client) => `clients > ${client} is clean`),
  },
  { file: 'rows.test.js', aspect: 'rows', leaking: [['rows > of 2']], clean: ['rows > of 1', 'rows > of 3'] },
  {
    file: 'again.test.js',
    aspect: 'retry',
    leaking: [['deliveries > leave a timer once']],
    clean: ['deliveries > are flaky'],
  },
  {
    file: 'twice.test.js',
    aspect: 'second run',
    leaking: [['parcels > leave a server each time']],
    clean: ['parcels > leave a server once', 'parcels > leave nothing'],
  },
];

/** Files of a run that is verified as a whole, in `fixtures/whole-run`. */
export const wholeRun: readonly LeakingFile[] = [
  { file: 'first.test.js', aspect: 'per run', leaking: [[]], clean: ['first > leaves a timer'] },
  { file: 'second.test.js', aspect: 'per run', leaking: [], clean: ['second > is clean'] },
];

/** Expected verdict on a test or a file: clean, or a leak at a line. */
export interface ExpectedVerdict {
  readonly file: string;
  /** Absent for the file as a whole. */
  readonly title?: string;
  readonly aspect: Aspect;
  /** `1 timer at tests.test.js:17`. */
  readonly left?: string;
}

/** Returns the verdicts that the markers of these files expect on tests and files. */
export function expectedOf(suite: string, files: readonly LeakingFile[]): ExpectedVerdict[] {
  return files.flatMap(({ file, aspect, leaking, clean }) => {
    const { leaks } = parseMarkers(readFileSync(join(fixtures, suite, file), 'utf8'), file);
    if (leaks.length !== leaking.length) {
      throw new Error(`${file} has ${leaks.length} markers, but names tests for ${leaking.length}`);
    }
    const left = leaks.flatMap(({ kind, line }, index): ExpectedVerdict[] => {
      const at = `${counted(kind, 1)} at ${file}:${line}`;
      const titles = leaking[index] ?? [];
      if (titles.length === 0) return [{ file, aspect, left: at }];
      return titles.map((title) => ({ file, title, aspect, left: at }));
    });
    return [...left, ...clean.map((title) => ({ file, title, aspect }))];
  });
}

/** Way in which a project imports; fixtures are ESM, and become CommonJS by their first lines. */
export type ModuleKind = 'esm' | 'cjs';

/**
 * Returns the files of a suite for one runner; each line keeps its number.
 *
 * @param names the file in `fixtures/names` that exports the runner's functions
 * @param entry `leaklab/vitest`
 */
export function suiteFiles(
  suite: string,
  {
    names,
    entry,
    module,
    files,
  }: { names: string; entry: string; module: ModuleKind; files?: readonly string[] },
): Record<string, string> {
  const own = readdirSync(join(fixtures, suite)).filter((file) => files?.includes(file) ?? true);
  const texts = own.map((file) => [file, readFileSync(join(fixtures, suite, file), 'utf8')] as const);
  const all = [...texts, ['runner.js', readFileSync(join(fixtures, 'names', names), 'utf8')] as const];
  return Object.fromEntries(
    all.map(([file, text]) => {
      const ours = text.replace("from 'leaklab/runner'", `from '${entry}'`);
      return [file, module === 'esm' ? ours : commonJs(ours)];
    }),
  );
}

function commonJs(text: string): string {
  return text
    .replaceAll(
      /^import ([^;]+) from '(.+)';$/gm,
      (_, names: string, from: string) => `const ${names.replaceAll(' as ', ': ')} = require('${from}');`,
    )
    .replaceAll(/^export (\{[^;]+\});$/gm, 'module.exports = $1;');
}
