/** Hostile programs, flags and other tools: each ends beside leaklab as it ends alone. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hostilePrograms, order, work } from './fixtures/hostile-programs.ts';
import { neighbours } from './fixtures/neighbours.ts';

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

/**
 * Removes the process id, the inspector's address, and the frames of Node that differ: those of the turn of the loop in
 * which a program with a preload starts, and that of a callback while async hooks are used.
 */
function clean(text: string): string {
  return text
    .replaceAll(/\(node:\d+\)/g, '(node:pid)')
    .replaceAll(/ws:\/\/\S+/g, 'ws://address')
    .replaceAll(
      /\n {4}at (?:async )?\S+ \(node:internal\/(?:process\/task_queues|timers|async_hooks):\d+:\d+\)/g,
      '',
    );
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: folder, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const code = error ? (error.code ?? error.signal) : 0;
        resolve({ code, stdout: clean(stdout), stderr: clean(stderr) });
      },
    );
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
    writeFileSync(file, `${work}\n${order}`);
    const [alone, beside] = await both([file], given);
    expect(alone.code).toBe(0);
    expect(beside).toEqual(alone);
  });
});

/** vi.useFakeTimers() and jest.useFakeTimers() are these. */
const fakeTimers = "require('@sinonjs/fake-timers')";

/** Tools that patch or watch what leaklab patches and watches, loaded before the program. */
const tools: readonly (readonly [string, string])[] = [
  [
    'fake timers that stay',
    `${fakeTimers}.install({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance'] });
     setTimeout(() => console.log('never'), 1);`,
  ],
  [
    'fake timers for all that can be faked',
    `const timers = ${fakeTimers};
     const clock = timers.install({ toFake: Object.keys(timers.timers), now: 0 });
     setTimeout(() => console.log('faked', Date.now(), performance.now()), 5); setImmediate(() => console.log('immediate'));
     process.nextTick(() => console.log('tick')); queueMicrotask(() => console.log('microtask'));
     setInterval(() => console.log('again'), 4);
     clock.runMicrotasks(); clock.tick(9); clock.uninstall();`,
  ],
  [
    'fake timers that go with the real time',
    `const clock = ${fakeTimers}.install({ shouldAdvanceTime: true, advanceTimeDelta: 1 });
     setTimeout(() => { console.log('advanced'); clock.uninstall(); after(); }, 20); function after() { console.log('real'); }`,
  ],
  [
    'fake timers',
    `const clock = ${fakeTimers}.install(); setTimeout(() => console.log('faked'), 1e6);
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
    writeFileSync(file, `${locate}\n${setUp}\n${work}\n${order}`);
    const [alone, beside] = await both([file]);
    expect(alone.code).toBe(0);
    expect(beside).toEqual(alone);
  });
});

const ours = join(import.meta.dirname, '..');

describe.concurrent('a program that', () => {
  test.each(neighbours)('$what', async ({ args, source = `${work}\n${order}` }) => {
    const file = join(mkdtempSync(join(folder, 'p-')), 'program.cjs');
    writeFileSync(file, source);
    const [alone, beside] = await both(args(file, ours));
    expect(alone.stdout + alone.stderr).not.toBe('');
    expect(beside).toEqual(alone);
  });
});

test('with frozen intrinsics, leaklab says that it sees nothing, and nothing else differs', async () => {
  const file = join(folder, 'frozen.cjs');
  writeFileSync(file, `${work}\n${order}`);
  const [alone, beside] = await both([file], ['--frozen-intrinsics']);
  expect(beside).toMatchObject({ code: 0, stdout: alone.stdout });
  expect(beside.stderr.startsWith(alone.stderr)).toBe(true);
  const added = beside.stderr.slice(alone.stderr.length);
  expect(added).toMatch(/^leaklab: frozen\.cjs: no leaks\n[^]*Error is frozen, so no stack can be read\n$/);
});

interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly object[] }[];
}

test('the coverage that Node writes for a program is the same', async () => {
  const file = join(folder, 'covered.cjs');
  writeFileSync(
    file,
    `${work}\n${order}\nfunction neverCalled() {} function called(is) { return is ? 1 : 2; } called(true);`,
  );
  const covered = async (preload: string, name: string): Promise<readonly object[]> => {
    const written = join(folder, name);
    const { code, stderr } = await run(['--import', preload, file], { NODE_V8_COVERAGE: written });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const reports = readdirSync(written).map(
      (each) => JSON.parse(readFileSync(join(written, each), 'utf8')) as Coverage,
    );
    const { href } = pathToFileURL(file);
    return reports.flatMap(({ result }) =>
      result.filter(({ url }) => url === href).map(({ functions }) => functions),
    );
  };
  const alone = await covered(nothing, 'coverage-alone');
  expect(JSON.stringify(alone)).toContain('neverCalled');
  expect(await covered(register, 'coverage-beside')).toEqual(alone);
});

/** Runs a program with --watch, changes it once, and ends Node by its id after the second run. */
async function watchTwice(preload: string): Promise<Ended> {
  const home = mkdtempSync(join(folder, 'w-'));
  const file = join(home, 'program.cjs');
  writeFileSync(file, order);
  const node = spawn(process.execPath, ['--watch', '--import', preload, 'program.cjs'], { cwd: home });
  const out = { stdout: '', stderr: '' };
  const next = ['changed', 'end'];
  node.stderr.on('data', (text) => void (out.stderr += String(text)));
  node.stdout.on('data', (text) => {
    out.stdout += String(text);
    if (out.stdout.split(/(?:Completed|Failed) running/).length !== 4 - next.length) return;
    if (next.shift() === 'end') node.kill();
    else {
      writeFileSync(`${file}.new`, `${order}\nprocess.exitCode = 3;`);
      renameSync(`${file}.new`, file);
    }
  });
  const [code, signal] = (await once(node, 'close')) as [number | null, string | null];
  const stdout = clean(out.stdout.replaceAll(home, 'home'));
  return { code: code ?? signal, stdout, stderr: clean(out.stderr) };
}

test('a program that is run anew with --watch when it changes', async () => {
  const [alone, beside] = await Promise.all([watchTwice(nothing), watchTwice(register)]);
  expect(alone.stdout).toMatch(/Completed running[^]*Failed running/);
  expect(beside).toEqual(alone);
});
