/** Programs that give `leaklab check` nothing to read: blocked, busy, out of memory. It ends, and says how they did. */
import { describe, expect, test } from 'vitest';
import { leaklab, type Told } from '../fixtures/cli.ts';
import { isAlive } from '../fixtures/processes.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

/** Runs `leaklab check` on a program, with a patience in ms. */
function check(source: string, patience = 1000, env: NodeJS.ProcessEnv = {}): Promise<Told> {
  const root = folder({ 'a.mjs': source });
  return leaklab(['check', 'a.mjs', '--patience', String(patience), '--budget', '50'], root, env);
}

function lost(reason: string): Omit<Told, 'stderr'> {
  return { code: 1, stdout: `a.mjs: ${reason}; nothing is known of what is left\n` };
}

/** It stands still as a busy loop does, and leaves the core to others. */
function block(ms = Infinity): string {
  return `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`;
}
const stoodStill = lost(
  'killed: its event loop stood still beyond its patience of 1000 ms, as in a busy loop or a call that blocks',
);

describe.concurrent('a program that', () => {
  // first, as it takes longest: the time that the detector takes is unknown
  test('blocks when it has returned, while it is looked at', async () => {
    const { stderr, ...told } = await check(`export const run = () => void setImmediate(() => ${block()})`);
    expect({ told, stderr }).toEqual({
      told: lost('killed: it neither ended nor answered within 21050 ms'),
      stderr: '',
    });
  });

  test('blocks for longer than what is taken for standing still, and has the patience for it', async () => {
    const source = `export function run() { ${block(6000)}; setInterval(() => {}, 1000); }`;
    const { code, stdout } = await check(source, 60_000);
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 1, first: 'a.mjs: 1 leak from 1 line' });
  });

  test('never comes to the end of a call', async () => {
    const { stderr, ...told } = await check(`console.log(process.pid);\n${block()}`);
    expect(told).toEqual(stoodStill);
    expect(isAlive(Number(stderr))).toBe(false);
  });

  test('is busy for ever in its run', async () => {
    const { stderr, ...told } = await check('export function run() { while (true) {} }');
    expect({ told, stderr }).toEqual({ told: stoodStill, stderr: '' });
  });

  test('stands still later, when something else happens', async () => {
    const { stderr, ...told } = await check(`setTimeout(() => ${block()}, 100);`);
    expect({ told, stderr }).toEqual({ told: stoodStill, stderr: '' });
  });

  test('dies for want of memory', async () => {
    const source = 'const all = [];\nfor (;;) all.push(new Array(1000).fill(all.length));\n';
    // its own alone: leaklab itself does with less
    const { stderr, ...told } = await check(source, 60_000, { NODE_OPTIONS: '--max-old-space-size=64' });
    expect(told).toEqual(lost('ended by SIGABRT, which Node sends itself when out of memory'));
    // Node's own words
    expect(stderr).toContain('JavaScript heap out of memory');
  });

  test('has a child that dies for want of memory', async () => {
    const source = `import { spawn } from 'node:child_process';
      import { once } from 'node:events';
      const hoard = 'const all = []; for (;;) all.push(new Array(1000).fill(all.length));';
      const child = spawn(process.execPath, ['--max-old-space-size=20', '-e', hoard], { stdio: 'ignore' });
      const [code, signal] = await once(child, 'exit');
      console.log(code, signal);`;
    expect(await check(source, 60_000)).toEqual({
      code: 0,
      stdout: 'a.mjs: no leaks\n',
      stderr: 'null SIGABRT\n',
    });
  });

  test('writes where the report is to come', async () => {
    const { stderr, ...told } = await check(
      `import { writeSync } from 'node:fs';\nwriteSync(3, 'hello\\n');`,
    );
    expect({ told, stderr }).toEqual({
      told: lost('descriptor 3 carried a line that is no report'),
      stderr: '',
    });
  });
});
