import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const index = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;
/** Sets a format that says each line is 100 further down, and counts its calls. */
const install = `globalThis.calls = 0;
Error.prepareStackTrace = (error, [site]) => {
  globalThis.calls += 1;
  return 'Error\\n    at ' + site.getFunctionName() + ' (' + site.getFileName() + ':' + (site.getLineNumber() + 100) + ':1)';
};`;

/** Returns the line of a leak on line 4, and whether the format was asked. */
function lineIn(files: Readonly<Record<string, string>>): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = `import { find } from ${JSON.stringify(index)};
import './install.cjs';
const work = () => {
  setInterval(() => {}, 1000).unref();
};
const { leaks } = await find(work, { budget: 10 });
console.log(JSON.stringify({ line: leaks[0].site.line, isAsked: globalThis.calls > 0 }));`;
  for (const [path, text] of Object.entries({ 'program.mjs': program, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const output = execFileSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' });
  return JSON.parse(output) as unknown;
}

test('a format that a package sets while the program runs maps places, as a loader does', () => {
  const files = { 'install.cjs': "require('mapper');", 'node_modules/mapper/index.js': install };
  expect(lineIn(files)).toEqual({ line: 104, isAsked: true });
});

test('a format of the program is not asked about a file that Node runs as it is', () => {
  expect(lineIn({ 'install.cjs': install })).toEqual({ line: 4, isAsked: false });
});
