import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';
import { processOf } from './process-table.ts';

const at = placesIn(import.meta.filename);
const orphan = { kind: 'process', type: 'orphan process' } as const;
const detail = 'sleep still runs after the child that started it has ended';
/** A command that starts an endless process, prints its number, and goes on. */
const starts = 'sleep 1000 & echo $!';

/** Opens a file in which shells write the number of the process they started; the test's end kills the process. */
async function logFile(): Promise<{ fd: number; pid: () => Promise<number> }> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-'));
  const file = await open(join(folder, 'log'), 'w+');
  const pid = async (): Promise<number> =>
    vi.waitFor(
      async () => {
        const text = await readFile(join(folder, 'log'), 'utf8');
        if (!text.endsWith('\n')) throw new Error('no process was started yet');
        return Number(text.trim().split('\n').at(-1));
      },
      { timeout: 20_000 },
    );
  onTestFinished(async () => {
    end(await pid());
    await file.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { fd: file.fd, pid };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // the process has ended
  }
}

async function firstLine(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('no pipe to read');
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(String(data).trim());
  onTestFinished(() => end(pid));
  return pid;
}

describe('a process outlives the child that started it', () => {
  test('and has inherited a pipe that is no longer read', async () => {
    async function build(): Promise<void> {
      const shell = spawn(starts, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] }); // here: pipe
      const exited = once(shell, 'exit');
      await firstLine(shell);
      await exited;
      shell.stdout?.destroy();
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('pipe', 'build'), detail }));
  });

  test('though the child ended before the probe could look', async () => {
    // a probe delayed between the call and its look finds a child that has ended
    const made = (message: unknown): void => {
      const { process: child } = message as { process: { _handle: object } };
      const prototype = Object.getPrototypeOf(child._handle) as { spawn: (...args: unknown[]) => unknown };
      const real = prototype.spawn;
      prototype.spawn = function spawnAndWait(this: { pid: number }, ...args: unknown[]): unknown {
        prototype.spawn = real;
        const result = Reflect.apply(real, this, args);
        while (processOf(this.pid)?.isZombie === false);
        return result;
      };
    };
    subscribe('child_process', made);
    onTestFinished(() => void unsubscribe('child_process', made));
    async function build(): Promise<void> {
      const shell = spawn(starts, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] }); // here: ended
      unsubscribe('child_process', made);
      const exited = once(shell, 'exit');
      await firstLine(shell);
      await exited;
      shell.stdout?.destroy();
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('ended', 'build'), detail }));
  });

  test('and still holds the pipes: the process is reported, not each pipe', async () => {
    async function build(): Promise<void> {
      const shell = spawn(starts, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] }); // here: pipes
      const exited = once(shell, 'exit');
      await firstLine(shell);
      await exited;
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('pipes', 'build'), detail }));
  });

  test('and a function waits for the end of its output: the wait is a consequence', async () => {
    async function build(): Promise<void> {
      const shell = spawn(starts, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] }); // here: awaited
      await firstLine(shell);
      void waitForOutput(shell);
    }
    async function waitForOutput(shell: ChildProcess): Promise<void> {
      if (shell.stdout) await once(shell.stdout, 'end');
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('awaited', 'build'), detail }));
  });

  test.each([
    ['by its own method', (shell: ChildProcess) => shell.kill('SIGKILL')],
    ['by its number', (shell: ChildProcess) => process.kill(shell.pid ?? 0, 'SIGKILL')],
  ])('and has no pipe: the probe saw it when the child was killed, %s', async (_, kill) => {
    const log = await logFile();
    async function build(): Promise<void> {
      const shell = spawn(`${starts}; wait`, { shell: true, stdio: ['ignore', log.fd, 'ignore'] }); // here: killed
      const exited = once(shell, 'exit');
      await log.pid();
      kill(shell);
      await exited;
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('killed', 'build'), detail }));
  });

  test('and is in the session that the child has led', async () => {
    const log = await logFile();
    async function build(): Promise<void> {
      const stdio: StdioOptions = ['ignore', log.fd, 'ignore'];
      await once(spawn(starts, { shell: true, detached: true, stdio }), 'exit'); // here: session
    }
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('session', 'build'), detail }));
  });

  test('and several of one child are one finding, without the processes that they started', async () => {
    async function build(): Promise<void> {
      const command = `(sleep 1000; true) & sleep 1000 & echo $$`;
      const shell = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'ignore'] }); // here: several
      onTestFinished(() => end(-(shell.pid ?? 0)));
      const exited = once(shell, 'exit');
      await firstLine(shell);
      await exited;
      shell.stdout?.destroy();
    }
    const both = expect.stringMatching(
      /^(sh and sleep|sleep and sh) still run after the child that started them has ended$/,
    ) as string;
    expect(await leftBy(build)).toEqual(only({ ...orphan, at: at('several', 'build'), detail: both }));
  });
});

describe('silent', () => {
  test('when the whole group was killed', async () => {
    const report = await leftBy(async () => {
      const shell = spawn(`${starts}; wait`, {
        shell: true,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const exited = once(shell, 'exit');
      await firstLine(shell);
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
      await exited;
    });
    expect(report).toEqual(nothing);
  });

  test('when the process ends a little later', async () => {
    const report = await leftBy(
      async () => {
        const shell = spawn('sleep 0.05 & exit 0', { shell: true, stdio: ['ignore', 'pipe', 'ignore'] });
        shell.stdout.resume();
        await once(shell, 'exit');
      },
      { budget: 20_000 },
    );
    expect(report).toEqual(nothing);
  });

  test('while the child lives: the child is the finding', async () => {
    async function build(): Promise<void> {
      const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
      const shell = spawn(`${starts}; wait`, { shell: true, detached: true, stdio }); // here: alive
      onTestFinished(async () => {
        end(-(shell.pid ?? 0));
        await once(shell, 'close');
      });
      await firstLine(shell);
    }
    expect(await leftBy(build)).toEqual(
      only({ kind: 'process', type: 'PROCESSWRAP', at: at('alive', 'build') }),
    );
  });

  test('about a process that another shell started meanwhile, in the same session', async () => {
    const other = spawn('sh', { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(async () => {
      other.kill('SIGKILL');
      await once(other, 'close');
    });
    const report = await leftBy(async () => {
      const own = spawn('sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
      const exited = once(own, 'exit');
      // its parent ends at once, and it has no pipe of the older shell either
      other.stdin.write('sh -c "sleep 1000 <&- >/dev/null & echo \\$!"\n');
      await firstLine(other);
      own.kill('SIGKILL');
      await exited;
    });
    expect(report).toEqual(nothing);
  });

  test('about the pipe of an older child that a new one was given', async () => {
    const older = spawn('sh', ['-c', 'sleep 1000 & echo $!; read line'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(async () => {
      older.kill('SIGKILL');
      await once(older, 'exit');
    });
    await firstLine(older);
    const report = await leftBy(async () => {
      await once(spawn('true', { stdio: [older.stdout, 'ignore', 'ignore'] }), 'exit');
    });
    expect(report).toEqual(nothing);
  });
});
