import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from '../finding.ts';

const index = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;
const undici = JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('undici')).href);

interface Seen {
  readonly report: Report;
  /** True if Node had loaded fetch when the work began. */
  readonly wasLoaded: boolean;
  /** Properties that the work has added to each object there is. */
  readonly added: string[];
  /** True if the methods are those of Node again after the scope. */
  readonly isNative: boolean;
  /** The number of clones that the program holds. */
  readonly kept: number;
}

/** Runs `work` in a new process, in which nothing has named `Response` yet. */
async function seenIn(work: string, before = '', ...flags: string[]): Promise<Seen> {
  const program = `
    ${before}
    import { find } from ${JSON.stringify(index)};
    const kept = [];
    const isLoaded = () => process.moduleLoadList.includes('NativeModule internal/deps/undici/undici');
    const names = Object.getOwnPropertyNames(Object.prototype);
    let wasLoaded;
    const report = await find(async () => { wasLoaded = isLoaded();
      ${work}
    });
    const added = Object.getOwnPropertyNames(Object.prototype).filter((name) => !names.includes(name));
    const source = [Response, Request].map(({ prototype }) => String(prototype.clone)).join();
    const isNative = !source.includes('Reflect.apply(real');
    console.log(JSON.stringify({ report, wasLoaded, added, isNative, kept: kept.length }));`;
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const args = ['--disable-warning=ExperimentalWarning', ...flags, file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Seen;
}

const unread = { kind: 'stream', type: 'ReadableStream branch', line: 9 };

test.each([
  ['Response', "const made = new Response('text'); kept.push(made.clone()); await made.text();"],
  [
    'Request',
    "const made = new Request('http://localhost', { method: 'POST', body: 'text' }); kept.push(made.clone()); await made.text();",
  ],
  ['fetch', "const made = await fetch('data:,text'); kept.push(made.clone()); await made.text();"],
])('the first %s of a process is seen, though a scope loads no fetch', async (_, work) => {
  const { report, ...rest } = await seenIn(work);
  expect(report.failedProbes).toEqual([]);
  expect(report.leaks.map(({ kind, type, site }) => ({ kind, type, line: site?.line }))).toEqual([unread]);
  expect(rest).toEqual({ wasLoaded: false, added: [], isNative: true, kept: 1 });
});

test("the first Response after npm's undici is seen, whose agent is Node's as well", async () => {
  const work = "const made = new Response('text'); kept.push(made.clone()); await made.text();";
  for (const [before, first] of [
    [`import ${undici};`, ''],
    ['', `await import(${undici});`],
  ] as const) {
    const { report, added, isNative } = await seenIn(`${first} ${work}`, before);
    expect(report.leaks.map(({ type, site }) => ({ type, line: site?.line }))).toEqual([
      { type: unread.type, line: unread.line },
    ]);
    expect({ added, isNative }).toEqual({ added: [], isNative: true });
  }
});

test('a program whose intrinsics are frozen loads its fetch', async () => {
  const { report } = await seenIn("kept.push(await new Response('text').text());", '', '--frozen-intrinsics');
  expect(report.leaks).toEqual([]);
});
