/** Hostile programs, flags and other tools: each ends beside leaklab as it ends alone. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hostilePrograms, work } from './fixtures/hostile-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const register = pathToFileURL(join(import.meta.dirname, '..', 'runners', 'register', 'index.ts')).href;
/** A preload that does nothing: with any, Node runs a program of CommonJS in a microtask. */
const nothing = 'data:text/javascript,';

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Removes the process id, and the frames of the turn of the loop in which Node starts a program with a preload. */
function clean(text: string): string {
  return text
    .replaceAll(/\(node:\d+\)/g, '(node:pid)')
    .replaceAll(/\n {4}at (?:async )?\S+ \(node:internal\/(?:process\/task_queues|timers):\d+:\d+\)/g, '');
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      const code = error ? (error.code ?? error.signal) : 0;
      resolve({ code, stdout: clean(stdout), stderr: clean(stderr) });
    });
  });
}

/** Runs a program alone and beside leaklab. */
async function both(program: readonly string[], flags: readonly string[] = []): Promise<[Ended, Ended]> {
  return Promise.all([
    run([...flags, '--import', nothing, ...program]),
    run([...flags, '--import', register, ...program]),
  ]);
}

describe.concurrent('a program that', () => {
  test.each(hostilePrograms)('$what', async ({ source, type, flags }) => {
    const file = join(mkdtempSync(join(folder, 'p-')), type === 'module' ? 'program.mjs' : 'program.cjs');
    writeFileSync(file, source);
    const [alone, beside] = await both([file], flags);
    expect(beside).toEqual(alone);
  });
});

/** Ways to start Node that change what a preload can do. */
const flags: readonly (readonly string[])[] = [
  ['--enable-source-maps'],
  ['--disallow-code-generation-from-strings'],
  ['--disable-proto=delete'],
  ['--expose-gc'],
  ['--no-experimental-require-module'],
  ['--pending-deprecation', '--trace-warnings'],
  ['--unhandled-rejections=strict'],
  ['--cpu-prof', '--cpu-prof-dir', folder],
  ['--no-global-search-paths', '--preserve-symlinks'],
];

describe.concurrent('a program that is started with', () => {
  test.each(flags.map((each) => [each.join(' '), each] as const))('%s', async (_, given) => {
    const file = join(mkdtempSync(join(folder, 'p-')), 'program.cjs');
    writeFileSync(file, work);
    const [alone, beside] = await both([file], given);
    expect(alone.code).toBe(0);
    expect(beside).toEqual(alone);
  });
});

/** Tools that patch or watch what leaklab patches and watches, loaded before the program. */
const tools: readonly (readonly [string, string])[] = [
  [
    'fake timers',
    `const clock = require('@sinonjs/fake-timers').install(); setTimeout(() => console.log('faked'), 1e6);
     clock.tick(1e6); clock.uninstall();`,
  ],
  ['why-is-node-running', `require('why-is-node-running');`],
  ['wtfnode', `require('wtfnode');`],
  ['an inspector session', `new (require('inspector').Session)().connect();`],
];

describe.concurrent('a program that uses', () => {
  test.each(tools)('%s', async (_, setUp) => {
    const modules = createRequire(import.meta.url).resolve('@sinonjs/fake-timers');
    const file = join(mkdtempSync(join(folder, 'p-')), 'program.cjs');
    const locate = `module.paths.push(${JSON.stringify(modules.slice(0, modules.lastIndexOf('node_modules') + 12))});`;
    writeFileSync(file, `${locate}\n${setUp}\n${work}`);
    const [alone, beside] = await both([file]);
    expect(alone.code).toBe(0);
    expect(beside).toEqual(alone);
  });
});
