import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proveHelp } from './prove-command.ts';
import { processesWith } from './system.ts';

/** A pair of the catalogue that is quick to prove. */
const id = 'timer/unref-interval';

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'leaklab-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('leaklab prove', () => {
  it('proves a pair in plain lines, and saves the curves', async () => {
    const file = join(scratch, 'proofs', 'node24.json');
    const { code, out, err } = await run(id, '--save', file);
    expect(out.replace(/[\d.]+ s\)/, '… s)').split('\n')).toEqual([
      `✓ ${id} pattern: leaks; per run handles +1`,
      `✓ ${id} fix: clean`,
      '',
      '       patterns  fixes  decoys  wrong fixes',
      'timer  1/1       1/1    -       -',
      '2 of 2 hold (… s)',
      '',
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);

    expect(readdirSync(join(scratch, 'proofs'))).toEqual(['node24.json']);
    const counts = {
      fds: expect.any(Array),
      sockets: expect.any(Array),
      heap: [0, expect.any(Number), expect.any(Number)],
    };
    const curves = (handles: readonly number[]): object => {
      return { ...counts, handles, children: [0, 0, 0], listeners: expect.any(Array), stalls: [0, 0, 0] };
    };
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(saved).toEqual({
      version: 2,
      node: process.version,
      times: 1,
      stages: [1, 5, 25],
      summary: { programs: 2, hold: 2 },
      programs: expect.arrayContaining([
        {
          id,
          role: 'pattern',
          path: 'patterns/timer/unref-interval.ts',
          holds: true,
          objections: [],
          verdicts: ['leaks'],
          curves: curves([4, 8, 28]),
        },
        {
          id,
          role: 'fix',
          path: 'fixes/timer/unref-interval.ts',
          holds: true,
          objections: [],
          verdicts: ['clean'],
          curves: curves([3, 3, 3]),
        },
      ]),
    });
  });

  it('prints the same as JSON', async () => {
    const { code, out, err } = await run(id, '--json', '--times', '2');
    expect(JSON.parse(out)).toMatchObject({ version: 2, times: 2, summary: { programs: 2, hold: 2 } });
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it.each([
    [['timer/unref'], 'no program or family "timer/unref"', `did you mean ${id}?`],
    [['nothing/like-it'], 'no program or family "nothing/like-it"', 'npm run lab -- corpus lists them all'],
    [['--times', '0'], '--times "0" is not a whole number from 1 to 100', '--times 3'],
    [['--times', 'often'], '--times "often" is not a whole number from 1 to 100', '--times 3'],
    [['--node', '/nowhere/node'], '--node "/nowhere/node" does not start', `--node ${process.execPath}`],
    [
      ['--often'],
      expect.stringContaining("Unknown option '--often'"),
      'leaklab <verb> --help lists the options',
    ],
  ])('refuses %j', async (args, problem: unknown, next) => {
    const { code, out, err } = await run(...args);
    const [first = '', second = '', ...rest] = err.split('\n');
    expect({ code, out, first: first.replace(/^leaklab: /, ''), second, rest }).toEqual({
      code: 2,
      out: '',
      first: problem,
      second: `next: ${next}`,
      rest: [''],
    });
  });

  it('refuses a --node that is no Node', async () => {
    const greeter = join(scratch, 'greeter');
    writeFileSync(greeter, '#!/bin/sh\necho hello\necho world\n', { mode: 0o755 });
    expect(await run('--node', greeter)).toEqual({
      code: 2,
      out: '',
      err: `leaklab: --node "${greeter}" is no Node: it says "hello"\nnext: --node ${process.execPath}\n`,
    });
  });

  it('explains itself', async () => {
    expect(await run('--help')).toEqual({ code: 0, out: `${proveHelp}\n`, err: '' });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing running after %s', async (signal) => {
    const mark = `LEAKLAB_TEST=${process.pid}-${signal}`;
    const command = start([id, '--times', '50'], mark);
    // the command, the process outside, and two measured processes
    await until(() => processesWith(mark).length >= 4);
    command.kill(signal);
    await until(() => processesWith(mark).length === 0);
    expect(processesWith(mark)).toEqual([]);
  });
});

function start(args: string[], mark = 'LEAKLAB_TEST=1'): ChildProcess {
  const [name = '', value] = mark.split('=');
  return spawn(process.execPath, [join(import.meta.dirname, '..', 'cli.ts'), 'prove', ...args], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const command = start(args);
  if (!command.stdout || !command.stderr) throw new Error('no pipes');
  const [out, err, [code]] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, 'close'),
  ]);
  return { code, out, err };
}

/** Waits for a condition. @throws if it does not hold within 30 s */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not after 30 s: ${condition.toString()}`);
    await sleep(20);
  }
}
