import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';

/** What the table has a column for. */
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

/** A file of tests that leak: of which test each of its markers is, in their order, and which tests are clean. */
export interface LeakingFile {
  readonly file: string;
  readonly aspect: Aspect;
  /** Titles from the outermost suite on; none where the file, or the run, has to answer. */
  readonly leaking: readonly (readonly string[])[];
  readonly clean: readonly string[];
}

const clients = ['one', 'two', 'three'];

/** One suite for all runners, each of which has names of its own for what the tests import from `./runner.js`. */
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

/** A run of two files, verified as a whole: in `fixtures/whole-run`. */
export const wholeRun: readonly LeakingFile[] = [
  { file: 'first.test.js', aspect: 'per run', leaking: [[]], clean: ['first > leaves a timer'] },
  { file: 'second.test.js', aspect: 'per run', leaking: [], clean: ['second > is clean'] },
];

/** What a verdict on a unit has to say: nothing, or what is left at which line. */
export interface ExpectedVerdict {
  readonly file: string;
  /** None is the file as a whole. */
  readonly title?: string;
  readonly aspect: Aspect;
  /** `1 timer at tests.test.js:17`. */
  readonly left?: string;
}

/** What the markers of these files say of each test, and of the files that have to answer themselves. */
export function expectedOf(suite: string, files: readonly LeakingFile[]): ExpectedVerdict[] {
  return files.flatMap(({ file, aspect, leaking, clean }) => {
    const { leaks } = parseMarkers(readFileSync(join(fixtures, suite, file), 'utf8'), file);
    if (leaks.length !== leaking.length) {
      throw new Error(`${file} has ${leaks.length} markers, and tests are named for ${leaking.length}`);
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

/** How a project imports: what stands in fixtures is ESM, and is CommonJS by its first lines. */
export type ModuleKind = 'esm' | 'cjs';

/**
 * The texts of a suite for one runner, with each line where it is.
 *
 * @param names the file in `fixtures/names` with what the runner calls its functions
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
