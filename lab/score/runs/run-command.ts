import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { killGroup, startWithUs } from '../../watched/process-group.ts';

/** Limit for a whole run, in ms: a safety net, far beyond any run on an idle machine. */
export const longest = 90_000;
/** Limit for the output that is read, in characters. */
const saidSize = 4_000_000;

/** Result of a command. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | undefined;
  /** Cause of the end: the command itself, or a kill. */
  readonly why: 'itself' | 'grace' | 'time';
}

/**
 * Runs a command in its own process group, which is killed as a whole at the end.
 *
 * @param done a file that appears as soon as the program has returned
 * @param grace time, in ms, that it may run on then
 * @throws if it can't be started
 */
export function runCommand(
  [executable, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  folder: string,
  done: string,
  grace: number,
): Promise<Ended> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const { child, release } = startWithUs(() => ({
    child: spawn(executable, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      // a fresh environment: a test runner behaves differently inside another, and colours are for people
      env: { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }), NO_COLOR: '1', ...env },
    }),
  }));
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  return new Promise((resolve, reject) => {
    let why: Ended['why'] = 'itself';
    let doneAt: number | undefined;
    const started = performance.now();
    const kill = (reason: Ended['why']): void => {
      if (why === 'itself') why = reason;
      killGroup(child);
    };
    const watch = setInterval(() => {
      const now = performance.now();
      if (doneAt === undefined && existsSync(done)) doneAt = now;
      if (now - started > longest) kill('time');
      else if (doneAt !== undefined && now - doneAt > grace) kill('grace');
    }, 20);
    const end = (): void => {
      clearInterval(watch);
      release();
      // its group may have processes that the command left
      killGroup(child);
    };
    child.once('error', (error) => {
      end();
      reject(new Error(`${basename(executable)} can't be started: ${error.message}`));
    });
    child.once('exit', (code) => {
      end();
      // when the group is gone, its pipes end
      void drained(child).then(() =>
        resolve({ stdout: stdout(), stderr: stderr(), code: code ?? undefined, why }),
      );
    });
  });
}

/** Resolves when the pipes have ended, or shortly after: a process that left the group may hold them open. */
async function drained(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  const patience = setTimeout(resolve, 2000);
  await promise;
  clearTimeout(patience);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  let size = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (size < saidSize) chunks.push(chunk);
    size += chunk.length;
  });
  return () => chunks.join('');
}
