import { expect, test } from 'vitest';
import { linesOf, runNode, type Ran } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';

const suite = suites();
const settings = '{ "budget": 60, "verdict": "test" }';
const titles = [
  'destructured',
  'promisified',
  'promises',
  'bound',
  'folders',
  'database',
  'monitor',
  'observer',
] as const;
const closers = {
  destructured: 'closeSync(kept.pop())',
  promisified: 'closeSync(kept.pop())',
  promises: 'await kept.pop().close()',
  bound: 'closeSync(kept.pop())',
  folders: 'kept.pop().closeSync()',
  database: 'kept.pop().close()',
  monitor: 'kept.pop().disable()',
  observer: 'kept.pop().disconnect()',
} as const satisfies Record<(typeof titles)[number], string>;

/** A module that takes functions of Node while it is loaded, and keeps what they open: one a line, from line 11. */
const taken = (imports: readonly string[], exported: string): string =>
  `${[...imports, ...Array.from({ length: 8 - imports.length }, () => '//')].join('\n')}
const openLater = promisify(fs.open); const openBound = fs.openSync.bind(fs);
const { kept } = globalThis.shop ??= { kept: [] };
const destructured = () => void kept.push(openSync(log));
const promisified = async () => void kept.push(await openLater(log, 'r'));
const promised = async () => void kept.push(await open(log));
const bound = () => void kept.push(openBound(log));
const folders = async () => void kept.push(await opendir(dirname(log)));
const database = () => void kept.push(new DatabaseSync(log + '.db'));
const monitor = () => void kept.push(monitorEventLoopDelay()) || kept.at(-1).enable();
const observer = () => void kept.push(new PerformanceObserver(() => {})) || kept.at(-1).observe({ type: 'mark' });
const left = { destructured, promisified, promises: promised, bound, folders, database, monitor, observer };
${exported}`;

const commonJs = taken(
  [
    "const fs = require('fs'); const log = __filename;",
    'const { openSync, promises: { open, opendir } } = fs; const { closeSync } = fs;',
    "const { promisify } = require('util'); const { dirname } = require('path');",
    "const { DatabaseSync } = require('node:sqlite');",
    "const { monitorEventLoopDelay, PerformanceObserver } = require('perf_hooks');",
  ],
  'module.exports = { left, kept, closeSync };',
);
const module = taken(
  [
    "import fs, { openSync, closeSync } from 'node:fs'; const log = import.meta.filename;",
    "import { open, opendir } from 'node:fs/promises';",
    "import { promisify } from 'node:util'; import { dirname } from 'node:path';",
    "import { DatabaseSync } from 'node:sqlite';",
    "import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';",
  ],
  'export { left, kept, closeSync };',
);

/** The tests: each calls one function and leaves what it opened, or closes it. */
function testsOf(head: string, isLeaking: boolean): string {
  return `${head}
${titles
  .map((title) => {
    const close = isLeaking ? '' : ` ${closers[title]};`;
    return `it('${title}', async () => { await left.${title}();${close} });`;
  })
  .join('\n')}`;
}

const everyLine = titles.map(
  (title, index) =>
    `${title}: 1 ${{ monitor: 'timer', observer: 'listener' }[title as string] ?? 'fd'} at ${index + 11}`,
);

interface Way {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

const typed = { 'leaklab.json': settings, 'package.json': '{ "type": "commonjs" }' };
const byRequire = "const { left, kept, closeSync } = require('./store.cjs');";
const byImport = "import { left, kept, closeSync } from './store.mjs';";

function ways(isLeaking: boolean): Way[] {
  return [
    {
      name: 'node:test, CommonJS',
      files: {
        'store.cjs': commonJs,
        'a.test.cjs': testsOf(`const { it } = require('node:test');${byRequire}`, isLeaking),
      },
      args: ['--import', 'leaklab/node-test', '--test', 'a.test.cjs'],
    },
    {
      name: 'node:test, ES modules',
      files: {
        'store.mjs': module,
        'a.test.mjs': testsOf(`import { it } from 'node:test';${byImport}`, isLeaking),
      },
      args: ['--import', 'leaklab/node-test', '--test', 'a.test.mjs'],
    },
    {
      name: 'mocha',
      files: { 'store.mjs': module, 'a.test.mjs': testsOf(byImport, isLeaking) },
      args: [
        '../node_modules/mocha/bin/mocha.js',
        '--require',
        '../node_modules/leaklab/dist/detector/runners/mocha/index.js',
        'a.test.mjs',
      ],
    },
    {
      name: 'jest',
      files: {
        'store.cjs': commonJs,
        'a.test.cjs': testsOf(byRequire, isLeaking),
        'jest.config.cjs':
          "module.exports = { setupFilesAfterEnv: ['leaklab/jest'], transform: {}, testRegex: 'test.cjs', moduleFileExtensions: ['cjs', 'js'] };",
      },
      args: ['../node_modules/jest/bin/jest.js', '--watchman=false'],
    },
    {
      name: 'vitest, a package that no file loads anew',
      files: {
        'node_modules/store/package.json': '{ "name": "store", "main": "store.cjs" }',
        'node_modules/store/store.cjs': commonJs,
        'vitest.config.mjs':
          "export default { test: { setupFiles: ['leaklab/vitest'], include: ['*.test.mjs'], isolate: false } };",
        'a.test.mjs': "import { test } from 'vitest'; import 'store'; test('loads', () => {});",
        'b.test.mjs': testsOf(
          "import { it } from 'vitest';import { left, kept, closeSync } from 'store';",
          isLeaking,
        ),
      },
      args: ['../node_modules/vitest/vitest.mjs', 'run'],
    },
  ];
}

async function run({ files, args }: Way): Promise<Ran> {
  return runNode([...args], suite({ ...typed, ...files }));
}

/** The lines in the store, also where it is a package and each test's own line is named. */
function storeLines({ reports }: Ran): string[] {
  return reports
    .flatMap(({ name, report }) =>
      report.leaks.map((leak) => {
        const frame = leak.stack.find((line) => /[\\/]store\.[cm]js:/.test(line)) ?? '';
        const line = /store\.[cm]js:(\d+)/.exec(frame)?.[1] ?? 'unknown';
        return `${name.at(-1)}: ${leak.count} ${leak.kind} at ${line}`;
      }),
    )
    .toSorted();
}

test.concurrent.each(ways(true))('$name: what a module took at load is seen with its line', async (way) => {
  const ran = await run(way);
  // mocha's exit code is the number of failures
  const code = way.name === 'mocha' ? titles.length : 1;
  expect({ code: ran.code, lines: storeLines(ran) }).toEqual({ code, lines: everyLine.toSorted() });
});

test.concurrent.each(ways(false))('$name: the same functions are silent where all is closed', async (way) => {
  const ran = await run(way);
  expect({ code: ran.code, lines: storeLines(ran), stderr: ran.stderr.includes('leaklab') }).toEqual({
    code: 0,
    lines: [],
    stderr: false,
  });
});

test.concurrent('a function that was taken is, between scopes, without a frame of the detector', async () => {
  const folder = suite({
    ...typed,
    'a.mjs': `import { openSync } from 'node:fs';
import { test } from 'node:test';
const before = (() => { try { openSync('/nowhere/at/all'); } catch (error) { return error.stack; } })();
test('reads', () => { if (before.includes('leaklab/dist') || !before.includes('openSync')) throw new Error(before); });`,
  });
  const ran = await runNode(['--import', 'leaklab/node-test', 'a.mjs'], folder);
  expect({ code: ran.code, lines: linesOf(ran.reports) }).toEqual({
    code: 0,
    lines: ['reads: nothing', '(file): nothing'],
  });
});
