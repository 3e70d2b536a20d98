import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { leaklab, startLeaklab } from '../fixtures/cli.ts';
import { isAlive } from '../fixtures/processes.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
const quick = ['--patience', '1000', '--budget', '50'];

/** Returns the ending of a module and the lines that leak, from `leaklab check --json`. */
async function ending(source: string): Promise<unknown> {
  const root = folder({ 'a.mjs': source });
  const { code, stdout } = await leaklab(['check', 'a.mjs', '--json', ...quick], root);
  const report = JSON.parse(stdout) as { ending: unknown; leaks: { site: { line: number } }[] };
  return { code, ending: report.ending, leaksAt: report.leaks.map(({ site }) => site.line) };
}

const start = 'setInterval(() => {}, 1000);';
const threw = (error: string): object => ({ how: 'threw', error: expect.stringMatching(error) as string });

describe.concurrent('a module that', () => {
  test.each<{ what: string; source: string; is: object }>([
    {
      what: 'returns',
      source: `export const run = () => ({ started: true });`,
      is: { code: 0, ending: { how: 'returned', outcome: { started: true } } },
    },
    {
      what: 'throws when it is loaded',
      source: `${start}\nthrow new Error('no clock');`,
      is: { ending: threw('^Error: no clock\n    at file:.*a.mjs:2:7\n'), leaksAt: [1] },
    },
    {
      what: 'can not be parsed',
      source: 'start(',
      is: { ending: threw('SyntaxError: missing \\) after argument list|Unexpected end of input') },
    },
    {
      what: 'throws in its run',
      source: `export function run() {\n  ${start}\n  throw new Error('no clock');\n}`,
      is: { ending: threw('^Error: no clock\n    at run \\(file:.*a.mjs:3:9\\)\n'), leaksAt: [2] },
    },
    {
      what: 'throws what is no error',
      source: `export function run() {\n  throw 'no clock';\n}`,
      is: { ending: { how: 'threw', error: 'no clock' } },
    },
    {
      what: 'rejects',
      source: `export default async function () {\n  ${start}\n  await null;\n  throw new Error('no clock');\n}`,
      is: { ending: threw('^Error: no clock\n'), leaksAt: [2] },
    },
    {
      what: 'fails later, when its run is over',
      source: `export function run() {\n  setInterval(() => { throw new Error('too late'); }, 1);\n}`,
      is: { ending: threw('^Error: too late\n'), leaksAt: [2] },
    },
    {
      what: 'rejects a promise that nothing awaits',
      source: `${start}\nPromise.reject(new Error('unheard'));`,
      is: { ending: threw('^Error: unheard\n'), leaksAt: [1] },
    },
    {
      what: 'calls process.exit(0) with something open',
      source: `${start}\nprocess.exit(0);`,
      is: { ending: { how: 'exited', code: 0 }, leaksAt: [1] },
    },
    {
      what: 'calls process.exit(0) with nothing open',
      source: `process.exit(0);`,
      is: { code: 0, ending: { how: 'exited', code: 0 } },
    },
    {
      what: 'calls process.exit(3) with nothing open',
      source: `export const run = () => process.exit(3);`,
      is: { ending: { how: 'exited', code: 3 } },
    },
    {
      what: 'never finishes its top level',
      source: `await new Promise(() => {});`,
      is: { ending: { how: 'hung', where: 'top level' }, leaksAt: [1] },
    },
    {
      what: 'never returns from its run',
      source: `export async function run() {\n  await new Promise(() => {});\n}`,
      is: { ending: { how: 'hung', where: 'run' }, leaksAt: [2] },
    },
    {
      what: 'never returns, and keeps itself busy',
      source: `export async function run() {\n  for (;;) await new Promise((resolve) => setTimeout(resolve, 5));\n}`,
      is: { ending: { how: 'hung', where: 'run' }, leaksAt: expect.any(Array) as unknown },
    },
    {
      what: 'keeps the process alive',
      source: `import { createServer } from 'node:http';\ncreateServer().listen(0, '127.0.0.1');`,
      is: { ending: { how: 'finished' }, leaksAt: [2] },
    },
    {
      what: 'kills its own process',
      source: `process.kill(process.pid, 'SIGKILL');\nawait new Promise(() => {});`,
      is: { ending: { how: 'lost', reason: 'ended by SIGKILL' } },
    },
    {
      what: 'installs other timers',
      source: `globalThis.setInterval = globalThis.setTimeout = () => 0;\nexport const run = () => ({});`,
      is: { code: 0, ending: { how: 'returned', outcome: {} } },
    },
  ])('$what', async ({ source, is }) => {
    expect(await ending(source)).toEqual({ code: 1, leaksAt: [], ...is });
  });
});

describe.concurrent('in words', () => {
  test.each([
    ['threw', `throw new Error('no clock');`, 'threw Error: no clock; no leaks'],
    ['can not be parsed', 'start();\n}', "threw SyntaxError: Unexpected token '}'; no leaks"],
    ['exited', 'process.exit(3);', 'called process.exit(3); no leaks'],
    [
      'hung in its run',
      'export const run = () => new Promise(() => {});',
      'its function never returned; no leaks',
    ],
    [
      'was lost',
      `process.kill(process.pid, 'SIGTERM');\nawait new Promise(() => {});`,
      'ended by SIGTERM; nothing is known of what is left',
    ],
  ])('a program that %s', async (_, source, text) => {
    const { code, stdout } = await leaklab(['check', 'a.mjs', ...quick], folder({ 'a.mjs': source }));
    expect({ code, stdout }).toEqual({ code: 1, stdout: `a.mjs: ${text}\n` });
  });
});

/** A program that has a child which sleeps, and prints both ids; then it goes on or returns. */
const sleeper = (then: string): string => `import { spawn } from 'node:child_process';
export async function run() {
  const child = spawn('sleep', ['600'], { stdio: 'inherit' });
  console.log(JSON.stringify([process.pid, child.pid]));
  ${then}
}
`;

describe.concurrent('no process is left', () => {
  test('of a program that left a child', async ({ expect }) => {
    const root = folder({ 'a.mjs': sleeper('') });
    const { code, stderr } = await leaklab(['check', 'a.mjs', ...quick], root);
    const pids = JSON.parse(stderr) as number[];
    expect({ code, pids: pids.length }).toEqual({ code: 1, pids: 2 });
    await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
  });

  test('of a program that leaves a child and exits by itself', async ({ expect }) => {
    const root = folder({ 'a.mjs': sleeper('process.exit(0);') });
    const { code, stderr } = await leaklab(['check', 'a.mjs', ...quick], root);
    const pids = JSON.parse(stderr) as number[];
    expect({ code, pids: pids.length }).toEqual({ code: 1, pids: 2 });
    await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
  });

  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'when %s ends leaklab itself',
    async (signal, { expect }) => {
      const root = folder({
        'a.mjs': sleeper(start.replace('1000', '5') + '\nawait new Promise(() => {});'),
      });
      const child = startLeaklab(['check', 'a.mjs', '--patience', '60000'], root);
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
      const pids = JSON.parse(line) as number[];
      expect(pids.filter(isAlive)).toEqual(pids);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
    },
  );
});
