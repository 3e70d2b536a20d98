/** The tests of one package on one Node, in a process group of their own that is ended whatever happens. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ProcessPromise } from 'zx';
import { reportsVariable } from '../../detector/internal.ts';
import { killGroup, startWithUs } from '../watched/process-group.ts';
import { badge, processesWith } from '../oracle/system.ts';
import type { Package } from './packages.ts';

/** A Node that tests are run on. */
export interface Runtime {
  /** `24.21.0`. */
  readonly version: string;
  /** Absolute path of its executable. */
  readonly executable: string;
}

export interface Job {
  readonly package: Package;
  readonly runtime: Runtime;
  readonly command: string;
  /** ms that it may take. */
  readonly limit: number;
  /** Absolute: reports go there, and what it prints. */
  readonly folder: string;
}

export interface Ran {
  readonly how: 'ended' | 'too long';
  /** Nothing where a signal has ended it. */
  readonly code: number | null;
  readonly ms: number;
  /** The last lines that it has printed. */
  readonly output: readonly string[];
}

/** Lines of a failed command that are shown. */
const shownLines = 30;

export async function runTests({
  package: { folder: cwd },
  runtime,
  command,
  limit,
  folder,
}: Job): Promise<Ran> {
  const started = performance.now();
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'output.log');
  const output = openSync(log, 'w');
  const id = randomUUID();
  // loaded here, as other verbs do without it
  const { $ } = await import('zx');
  const end = (child: ChildProcess): void => {
    killGroup(child);
    // what went into a group of its own
    for (const pid of processesWith(`${badge}=${id}`)) kill(pid);
  };
  const start = (): ProcessPromise =>
    $({
      cwd,
      // not through pipes: what the tests leave running would hold them open
      stdio: ['ignore', output, output],
      shell: true,
      prefix: '',
      postfix: '',
      detached: true,
      quiet: true,
      nothrow: true,
      env: {
        ...process.env,
        PATH: `${dirname(runtime.executable)}${delimiter}${process.env['PATH'] ?? ''}`,
        [reportsVariable]: folder,
        [badge]: id,
      },
    })(raw(command));
  const { started: running, child, release } = startWithUs(start, end);
  let how: Ran['how'] = 'ended';
  const timer = setTimeout(() => {
    how = 'too long';
    end(child);
  }, limit);
  try {
    const { exitCode } = await running;
    return { how, code: exitCode, ms: performance.now() - started, output: lastLines(log) };
  } finally {
    clearTimeout(timer);
    end(child);
    release();
    closeSync(output);
  }
}

/** As a template without values: the command is the user's own, and nothing in it is to be quoted. */
function raw(command: string): TemplateStringsArray {
  return Object.assign([command], { raw: [command] });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

function lastLines(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-shownLines);
}
