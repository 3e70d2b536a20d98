import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const index = join(import.meta.dirname, '../../index.ts');

/** Runs a program that took functions of Node before it loads the detector, and returns what it prints. */
async function printedBy(body: string, options = ''): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'captured-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'program.mjs'),
    `import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
const { openSync, closeSync, opendirSync } = fs;
const log = import.meta.filename;
const kept = [];
const shopOf = (path) => {
  const shop = new DatabaseSync(path + '.db');
  shop.exec('pragma journal_mode = wal; create table if not exists orders (item text)');
  return shop;
};
const { find, formatReport } = await import(${JSON.stringify(index)});
${body}
for (const { kind, type, site, facts } of report.leaks)
  console.log([kind, type, site ? site.line : 'no line', facts.path.replace(import.meta.dirname, '')].join(' '));
for (const line of formatReport(report).split('\\n')) if (/^ {2}(at|why|fix) /.test(line)) console.log(line);
console.log(report.leaks.length + report.notJudged.length + report.failedProbes.length);
process.exit();`,
  );
  const { stdout } = await run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    ...options.split(' ').filter((each) => each !== ''),
    join(folder, 'program.mjs'),
  ]);
  return stdout.trimEnd().split('\n');
}

const isLinux = process.platform === 'linux';
const shown = (path: string): RegExp => new RegExp(`^fd descriptor no line ${path}$`);

test.skipIf(!isLinux).each([
  ['a file', 'openSync(log)', String.raw`/program\.mjs`],
  ['a folder', 'opendirSync(import.meta.dirname)', ''],
  ['a database', 'shopOf(log)', String.raw`/program\.mjs\.db`],
])(
  '%s that a function opened which was taken before the detector has a path, and says that it has no line',
  async (_, open, path) => {
    const [first, at, ...words] = await printedBy(
      `const report = await find(() => { kept.push(${open}); }, { budget: 200 });`,
    );
    expect(first).toMatch(shown(path));
    expect([at, ...words]).toEqual([
      '  at an unknown line',
      '  why    the operating system keeps it open until the program closes it; it was opened by native',
      '  fix    close it; for its line, load leaklab before the modules that open files, as node --import',
      '1',
    ]);
  },
);

test('silent about what was closed again, replaced or opened before', async () => {
  expect(
    await printedBy(`kept.push(openSync(log));
const report = await find(async () => {
  closeSync(openSync(log));
  opendirSync(import.meta.dirname).closeSync();
  shopOf(log).close();
  const late = openSync(log);
  setTimeout(() => closeSync(late), 30);
});`),
  ).toEqual(['0']);
});

test('a folder that a watched call opened by a relative path is one finding, with its line', async () => {
  const [first, ...others] = await printedBy(
    `process.chdir(import.meta.dirname);
const report = await find(() => { kept.push(fs.opendirSync('.')); }, { budget: 200 });`,
  );
  expect(first).toBe('fd Dir 14 .');
  expect(others.at(-1)).toBe('1');
});

test('a function that was taken in one scope is seen in the next, with its line', async () => {
  const [first, ...others] = await printedBy(`let taken;
await find(() => { taken = fs.openSync; });
taken(log);
const report = await find(() => { kept.push(taken(log)); }, { budget: 200 });`);
  expect(first).toBe('fd fs.openSync 16 /program.mjs');
  expect(others.at(-1)).toBe('1');
});
