import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leaklab } from '../fixtures/cli.ts';
import { reportOf } from '../fixtures/report.ts';
import { tempFolders, type Files } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
const quick = ['--budget', '50'];

interface Said {
  readonly code: number | null;
  readonly stderr: string;
  readonly said: readonly string[];
}

/** Runs `leaklab check` on one of these files. */
async function check(files: Files, name: string, ...more: string[]): Promise<Said> {
  const { code, stdout, stderr } = await leaklab(['check', name, ...quick, ...more], folder(files));
  // the wording is tested where it is made: here, what is told, where, and the source
  const said = stdout.split('\n').filter((line) => /^\S|^ {2}at |^ {2}> /.test(line));
  return { code, stderr, said };
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

/** Returns the output for a file that leaks one interval. */
function leaving(where: string, line: string): object {
  const [name, number] = where.split(':');
  const said = [
    `${name}: 1 leak from 1 line`,
    '1 timer (Timeout, setInterval)',
    `  at ${where}`,
    expect.stringMatching(new RegExp(`^ {2}> ${number} │ +${escaped(line)}$`)) as string,
  ];
  return { code: 1, stderr: '', said };
}

const start = 'setInterval(() => {}, 1000);';
const leaky = `function start() { ${start} }\n`;

describe.concurrent('a leak is found in', () => {
  test.each<{ what: string; files: Files; where: string; line?: string }>([
    {
      what: 'a TypeScript module with a run',
      files: {
        'a.ts': `interface Clock { readonly ms: number }\n\nexport async function run(): Promise<Clock> {\n  ${start}\n  return { ms: 1000 };\n}\n`,
      },
      where: 'a.ts:4:3 in run',
      line: start,
    },
    {
      what: 'TypeScript that has to be compiled',
      files: {
        'a.ts': `import type { Bell } from './bell.ts';\nimport { Gong } from './bell.ts';\n\nenum Pace { Slow = 1000 }\nclass Clock {\n  constructor(private readonly pace: Pace) {}\n  start(): void {\n    setInterval(() => {}, this.pace);\n  }\n}\nexport const run = (_: Bell | Gong): void => new Clock(Pace.Slow).start();\n`,
        'bell.ts': 'export interface Bell {}\nexport type Gong = Bell;\n',
      },
      where: 'a.ts:8:5 in start',
      line: 'setInterval(() => {}, this.pace);',
    },
    {
      what: 'CommonJS in TypeScript that has to be compiled',
      files: { 'a.cts': `enum Pace { Slow = 1000 }\n${leaky}exports.run = start;\n` },
      where: 'a.cts:2:20 in start',
    },
    {
      what: 'a module with a default function',
      files: { 'a.mjs': `export default function () {\n  ${start}\n}\n` },
      where: 'a.mjs:2:3 in default',
      line: start,
    },
    {
      what: 'a module with both, whose run is called',
      files: { 'a.mjs': `export const run = async () => {\n  ${start}\n};\nexport default () => {};\n` },
      where: 'a.mjs:2:3 in run',
      line: start,
    },
    {
      what: 'a CommonJS module with exports.run',
      files: { 'a.cjs': `${leaky}exports.run = start;\n` },
      where: 'a.cjs:1:20 in start',
    },
    {
      what: 'a CommonJS module that is a function',
      files: { 'a.cjs': `${leaky}module.exports = start;\n` },
      where: 'a.cjs:1:20 in start',
    },
    {
      what: 'a .js module of a package with type module',
      files: { 'a.js': `${leaky}export { start as run };\n`, 'package.json': '{"type":"module"}' },
      where: 'a.js:1:20 in start',
    },
    {
      what: 'a .js file of a package with type commonjs',
      files: { 'a.js': `${leaky}exports.run = start;\n`, 'package.json': '{"type":"commonjs"}' },
      where: 'a.js:1:20 in start',
    },
    {
      what: 'a script without exports',
      files: { 'a.mjs': `${leaky}start();\n` },
      where: 'a.mjs:1:20 in start',
    },
    {
      what: 'what a function started that gives back what has no JSON',
      files: { 'a.mjs': `export const run = () => ${start}\n` },
      where: 'a.mjs:1:26 in run',
      line: `export const run = () => ${start}`,
    },
    {
      what: 'a file whose name has signs of addresses',
      files: { 'my clock #1 100%.mjs': `${leaky}start();\n` },
      where: 'my clock #1 100%.mjs:1:20 in start',
    },
  ])('$what', async ({ files, where, line = leaky.trim() }) => {
    const [name = ''] = where.split(':');
    expect(await check(files, name)).toEqual(leaving(where, line));
  });
});

describe.concurrent('nothing is left by', () => {
  test.each<[string, string, string]>([
    ['a module with a run', 'a.mts', 'export async function run(): Promise<void> {}'],
    [
      'a module with a default export that is a class',
      'a.mjs',
      `export default class { constructor() { ${start} } }`,
    ],
    [
      'a CommonJS module that is a class',
      'a.cjs',
      `module.exports = class Clock { constructor() { ${start} } };`,
    ],
    ['a module with nothing to call', 'a.mjs', `export const clock = { ${leaky.replace('function ', '')} };`],
    ['an empty file', 'a.js', ''],
    ['a script that ends what it started', 'a.cjs', `clearInterval(${start.slice(0, -1)});`],
    [
      'a script that waits for its timer',
      'a.mjs',
      'await new Promise((resolve) => setTimeout(resolve, 20));',
    ],
  ])('%s', async (_, name, source) => {
    expect(await check({ [name]: source }, name)).toEqual({
      code: 0,
      stderr: '',
      said: [`${name}: no leaks`],
    });
  });
});

describe.concurrent('a module with a function', () => {
  const grows = (declaration: string): string =>
    `const seen = new Map();\nlet n = 0;\n${declaration} {\n  n += 1;\n  seen.set(n, { n });\n}\n`;

  test('what it sets up while it loads is no leak', async () => {
    const files = { 'a.mjs': `${leaky}start();\nexport function run() {}\n` };
    expect(await check(files, 'a.mjs')).toEqual({ code: 0, stderr: '', said: ['a.mjs: no leaks'] });
  });

  test.each([
    ['run', 'export function run()'],
    ['default', 'export default function ()'],
  ])(
    'growth is found by further runs of %s, also behind a server that it set up',
    async (name, declaration) => {
      const server = "import { createServer } from 'node:http';\ncreateServer().listen(0).unref();\n";
      const { code, said } = await check({ 'a.mjs': `${server}${grows(declaration)}` }, 'a.mjs');
      expect({ code, where: said.find((line) => line.includes(' at ')) }).toEqual({
        code: 1,
        where: `  at a.mjs:7:8 in ${name}`,
      });
    },
  );

  test('at level full it runs once', async () => {
    const root = folder({ 'a.mjs': grows('export function run()') });
    const { code, stdout } = await leaklab(['check', 'a.mjs', '--level', 'full', ...quick], root);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a.mjs: no leaks\n' });
  });
});

test.concurrent('several files are told one after the other, and one that leaks is enough', async () => {
  const root = folder({ 'b.mjs': `${leaky}start();\n`, 'a.mjs': '', 'c.mjs': 'export default () => {};' });
  const { code, stdout } = await leaklab(['check', 'b.mjs', 'a.mjs', join(root, 'c.mjs'), ...quick], root);
  expect({ code, lines: stdout.split('\n').filter((line) => line.includes('.mjs: ')) }).toEqual({
    code: 1,
    lines: ['b.mjs: 1 leak from 1 line', 'a.mjs: no leaks', 'c.mjs: no leaks'],
  });
});

test.concurrent('a file elsewhere has its whole path', async () => {
  const root = folder({ 'here/note': '', 'a.mjs': '' });
  const { stdout } = await leaklab(['check', '../a.mjs', ...quick], join(root, 'here'));
  expect(stdout).toBe(`${join(root, 'a.mjs')}: no leaks\n`);
});

describe.concurrent('as JSON', () => {
  const source = `${leaky}console.log('{"printed":true}');\nconsole.error('to stderr');\nstart();\n`;

  test('the report of one file, and nothing of what it prints', async () => {
    const root = folder({ 'a.mjs': source });
    const { code, stdout, stderr } = await leaklab(['check', 'a.mjs', '--json', ...quick], root);
    expect({ code, report: JSON.parse(stdout) as unknown, stderr }).toEqual({
      code: 1,
      report: {
        version: 1,
        leaks: [
          {
            kind: 'timer',
            type: 'Timeout',
            count: 1,
            site: { file: join(root, 'a.mjs'), line: 1, column: 20, function: 'start' },
            related: [],
            stack: expect.arrayContaining([
              expect.stringContaining(`${join(root, 'a.mjs')}:1:20`),
            ]) as string[],
            owner: 'program',
            evidence: 'alive',
            facts: { ms: 1000, repeats: true, ref: true },
            api: { module: 'node:timers', function: 'setInterval' },
            lesson: 'timer/interval-never-cleared',
            advice: 'Clear the interval when what it works for ends, and before another takes its place',
          },
        ],
        ignored: [],
        notJudged: [],
        unusedRules: [],
        expiredRules: [],
        failedProbes: [],
        ending: { how: 'finished' },
      },
      stderr: '{"printed":true}\nto stderr\n',
    });
  });

  test('a list of reports of several files', async () => {
    const root = folder({ 'a.mjs': 'export const run = () => ({ ok: [1] });', 'b.cjs': '' });
    const { code, stdout } = await leaklab(['check', 'a.mjs', 'b.cjs', '--json', ...quick], root);
    const report = reportOf([]);
    expect({ code, reports: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      reports: [
        { file: join(root, 'a.mjs'), ending: { how: 'returned', outcome: { ok: [1] } }, report },
        { file: join(root, 'b.cjs'), ending: { how: 'finished' }, report },
      ],
    });
  });
});
