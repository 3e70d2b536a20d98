/** Measures one program once, in its own child process, which is ended in any case. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limitMemory, type Sandbox } from '../watched/sandbox.ts';
import { openEndpointsFor } from '../outside/desk-for.ts';
import { answerChild } from '../outside/lab-context.ts';
import type { RunEndpoints, Outside } from '../outside/outside.ts';
import type { Task } from './repeat.ts';
import { parseMessage, stages as allStages, type Message, type Reading } from './reading.ts';
import { commandOf, type Runtime } from './runtime.ts';
import { badge, processesWith } from './system.ts';
import type { Measured } from './verdict.ts';

export interface MeasureOptions {
  readonly runtime: Runtime;
  readonly outside: Outside;
  /** Limit for one run, in ms. */
  readonly limit: number;
  /** Numbers of runs after which the child reads itself, {@link stages} by default. */
  readonly stages?: readonly number[];
  /** Limits for the program in its folder; without them, everything is allowed. */
  readonly sandbox?: (folder: string) => Sandbox;
  /** Called with each reading as it comes. */
  readonly onReading?: (reading: Reading) => void;
}

/** Limit for the import or one reading, in ms: it waits and walks the heap, on busy machines too. */
const readingLimit = 30_000;

/** Measures a program once. Failures in the child are part of the result. @throws if no child can be started */
export async function measure(file: string, options: MeasureOptions): Promise<Measured> {
  const scratch = await mkdtemp(join(tmpdir(), 'leaklab-oracle-'));
  try {
    const endpoints = await openEndpointsFor(file, options.outside);
    try {
      return await measureAt(endpoints, file, scratch, options);
    } finally {
      await endpoints.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measureAt(
  endpoints: RunEndpoints,
  file: string,
  folder: string,
  { runtime, limit, stages = allStages, sandbox, onReading }: MeasureOptions,
): Promise<Measured> {
  const id = randomUUID();
  const own = runtime.asks === 'source' ? await copyOf(file, join(folder, 'copy')) : file;
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  const allowed = sandbox?.(folder);
  const task: Task = { file: own, scratch, addresses: endpoints.addresses, stages };
  const child = start(runtime, task, folder, id, allowed?.flags);
  const killAll = (): void => kill(child, id);
  const stopAnswering = answerChild(child, endpoints);
  atExit(killAll, true);
  try {
    return await follow(child, { limit, stages, memory: allowed?.memory, onReading });
  } finally {
    stopAnswering();
    const exited = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    const exit = exited ? undefined : new Promise((resolve) => child.once('exit', resolve));
    killAll();
    await exit;
    // processes that were being started while the others were ended
    killAll();
    atExit(killAll, false);
  }
}

const leftAtExit = new Set<() => void>();

/** Registers or removes a function that is called if this process exits midway, with one listener for all. */
function atExit(end: () => void, due: boolean): void {
  if (due) leftAtExit.add(end);
  else leftAtExit.delete(end);
  process.off('exit', endAll);
  if (leftAtExit.size > 0) process.on('exit', endAll);
}

function endAll(): void {
  for (const end of leftAtExit) end();
}

async function copyOf(file: string, folder: string): Promise<string> {
  // loaded late: only this needs the compiler
  const { copyInstrumented } = await import('./by-source/copy.ts');
  return copyInstrumented(file, folder);
}

function start(
  runtime: Runtime,
  task: Task,
  folder: string,
  id: string,
  flags: readonly string[] = [],
): ChildProcess {
  const { args, env: own } = commandOf(runtime, folder, flags);
  const env: NodeJS.ProcessEnv = { ...process.env, ...own, [badge]: id };
  // other preloads and coverage would distort the measurement
  delete env['NODE_OPTIONS'];
  delete env['NODE_V8_COVERAGE'];
  return spawn(runtime.executable, [...args, JSON.stringify(task)], {
    env,
    // in a group, so that all of it can be ended
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

interface Following {
  readonly limit: number;
  readonly stages: readonly number[];
  /** Limit for its memory, in bytes. */
  readonly memory: number | undefined;
  readonly onReading: ((reading: Reading) => void) | undefined;
}

/** Follows a child to its last message, its end or the end of the time limit, whichever comes first. */
function follow(child: ChildProcess, options: Following): Promise<Measured> {
  const { limit, stages, memory, onReading } = options;
  const readings: Reading[] = [];
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  return new Promise((resolve) => {
    let doing = 'the import';
    let timer: NodeJS.Timeout | undefined;
    const finish = (measured: Measured): void => {
      clearTimeout(timer);
      unlimit?.();
      resolve(measured);
    };
    const fail = (reason: string): void => finish({ kind: 'error', reason, readings });
    const unlimit = memory === undefined ? undefined : limitMemory(child, memory, fail);
    const expect = (what: string, within: number): void => {
      doing = what;
      clearTimeout(timer);
      timer = setTimeout(() => fail(`${what} did not end within ${within / 1000} s`), within);
    };
    const take = (message: Message): void => {
      switch (message.oracle) {
        case 'imported':
          return expect('run 1', limit);
        case 'ran':
          return stages.includes(message.k)
            ? expect(`the reading after run ${message.k}`, readingLimit)
            : expect(`run ${message.k + 1}`, limit);
        case 'read':
          readings.push(message.reading);
          onReading?.(message.reading);
          return expect(
            message.reading.k === stages.at(-1) ? 'the last message' : `run ${message.reading.k + 1}`,
            limit,
          );
        case 'done': {
          const { outcome, differed } = message;
          return finish({ kind: 'measured', readings, outcome, ...(differed && { differed }) });
        }
        case 'failed':
          return fail(message.reason);
      }
    };
    child.on('message', (value) => {
      try {
        const message = parseMessage(value);
        if (message) take(message);
      } catch (error) {
        fail(String(error));
      }
    });
    child.once('error', (error) => fail(`the child could not be started: ${error.message}`));
    // at 'close' all messages and all of standard error have come, but a grandchild may hold the pipe open
    child.once('exit', (code, signal) => {
      const end = (): void =>
        fail(`ended by itself (${signal ?? `exit code ${code}`}) in ${doing}${said(complaint)}`);
      child.once('close', end);
      setTimeout(end, 500).unref();
    });
    expect(doing, readingLimit);
  });
}

/** Returns the line of an uncaught error that names it. */
function said(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(\w*Error|Uncaught)\b.*:/.test(text)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.trim()}`;
}

/** Kills the child's group, and processes that have left the group but still carry its badge. */
function kill(child: ChildProcess, id: string): void {
  if (child.pid === undefined) return;
  end(-child.pid);
  for (const pid of processesWith(`${badge}=${id}`)) end(pid);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
