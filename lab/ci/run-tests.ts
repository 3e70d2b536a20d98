/** Runs the tests of one package on one Node, in a separate process group that is always ended. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, extname, join } from 'node:path';
import type { ProcessPromise } from 'zx';
import { acceptVariable, baselineVariable, reportsVariable } from '../../detector/internal.ts';
import { killGroup, startWithUs } from '../watched/process-group.ts';
import { badge, processesWith } from '../oracle/system.ts';
import type { Package } from './packages.ts';

/** A Node that runs tests. */
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
  /** The limit in ms. */
  readonly limit: number;
  /** The folder for reports and output, absolute. */
  readonly folder: string;
  /** The baseline that the tests hold to, absolute. */
  readonly baseline?: string;
  /** True if the tests accept what they leak, so that they fail for other reasons alone. */
  readonly isAccepting?: boolean;
}

export interface Ran {
  readonly how: 'ended' | 'too long';
  /** The exit code; null after a signal. */
  readonly code: number | null;
  readonly ms: number;
  /** The last lines of the output. */
  readonly output: readonly string[];
}

/** The option that makes vitest and jest list the files that they run. */
const listing = `--require=${JSON.stringify(
  join(import.meta.dirname, `unwatched/list-runs.c${extname(import.meta.filename).slice(1)}`),
)}`;

/** Lines shown of the output of a failed command. */
const shownLines = 30;

export async function runTests({
  package: { folder: cwd },
  runtime,
  command,
  limit,
  folder,
  baseline,
  isAccepting = false,
}: Job): Promise<Ran> {
  const started = performance.now();
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'output.log');
  const output = openSync(log, 'w');
  const id = randomUUID();
  // loaded here, as other verbs do not need it
  const { $ } = await import('zx');
  const end = (child: ChildProcess): void => {
    killGroup(child);
    // descendants that left the process group
    for (const pid of processesWith(`${badge}=${id}`)) kill(pid);
  };
  const start = (): ProcessPromise =>
    $({
      cwd,
      // not through pipes: processes that the tests leave running would hold them open
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
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${listing}`.trim(),
        // so that the tests fail for the same leaks as this command
        ...(baseline !== undefined && { [baselineVariable]: baseline }),
        ...(isAccepting && { [acceptVariable]: '1' }),
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

/** Makes a template without values of the user's command, so that zx quotes nothing in it. */
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
