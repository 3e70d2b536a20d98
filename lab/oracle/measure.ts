/** Measures one program once, in a child process of its own that is ended whatever happens. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleBeside } from '../module-beside.ts';
import { openDeskFor } from '../outside/desk-for.ts';
import { limitMemory, type Sandbox } from '../measure/sandbox.ts';
import { answerChild } from '../outside/lab-context.ts';
import type { Desk, Outside } from '../outside/outside.ts';
import type { Task } from './measured.ts';
import { parseMessage, stages, type Message, type Reading } from './reading.ts';
import { badge, processesWith } from './system.ts';
import type { Measured } from './verdict.ts';

export interface MeasureOptions {
  /** The Node executable. */
  readonly node: string;
  readonly outside: Outside;
  /** How long one run may take, in ms. */
  readonly limit: number;
  /** What the program is allowed, by the folder that is its own; everything, if nothing is said. */
  readonly sandbox?: (folder: string) => Sandbox;
  /** Told each reading as it comes. */
  readonly onReading?: (reading: Reading) => void;
}

/** How long the import or one reading may take, in ms: it waits, and it walks the heap, on busy machines too. */
const readingLimit = 30_000;

/**
 * Without the engine's second thoughts the heap holds the program's data and little else: code is not compiled
 * again when it has run often, nor thrown away when it hasn't. That brings the growth of clean programs from
 * 3–20 kB a run down to 0–3.5 kB (Node 22, 24 and 26).
 */
const nodeFlags = [
  '--expose-gc',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--no-lazy-feedback-allocation',
  '--no-flush-bytecode',
  '--disable-warning=ExperimentalWarning',
];

/** Measures a program once. What goes wrong in the child is part of the answer. @throws if none can be started */
export async function measure(file: string, options: MeasureOptions): Promise<Measured> {
  const { outside } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'leaklab-oracle-'));
  try {
    const desk = await openDeskFor(file, outside);
    try {
      return await measureAt(desk, file, scratch, options);
    } finally {
      await desk.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measureAt(
  desk: Desk,
  file: string,
  scratch: string,
  { node, limit, sandbox, onReading }: MeasureOptions,
): Promise<Measured> {
  const id = randomUUID();
  const allowed = sandbox?.(scratch);
  const child = start(node, { file, scratch, addresses: desk.addresses }, id, allowed?.flags);
  const killAll = (): void => kill(child, id);
  const stopAnswering = answerChild(child, desk);
  atExit(killAll, true);
  try {
    return await follow(child, limit, allowed?.memory, onReading);
  } finally {
    stopAnswering();
    const exited = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    const exit = exited ? undefined : new Promise((resolve) => child.once('exit', resolve));
    killAll();
    await exit;
    // Whatever was being started while the others were ended.
    killAll();
    atExit(killAll, false);
  }
}

const leftAtExit = new Set<() => void>();

/** Has something done, or no longer, should this process exit in the midst of it; on one listener for all. */
function atExit(end: () => void, due: boolean): void {
  if (due) leftAtExit.add(end);
  else leftAtExit.delete(end);
  process.off('exit', endAll);
  if (leftAtExit.size > 0) process.on('exit', endAll);
}

function endAll(): void {
  for (const end of leftAtExit) end();
}

function start(node: string, task: Task, id: string, flags: readonly string[] = []): ChildProcess {
  const main = moduleBeside(import.meta.url, 'measured');
  const env: NodeJS.ProcessEnv = { ...process.env, [badge]: id };
  // Somebody else's preloads and coverage would be measured along.
  delete env['NODE_OPTIONS'];
  delete env['NODE_V8_COVERAGE'];
  return spawn(node, [...nodeFlags, ...flags, main, JSON.stringify(task)], {
    env,
    // A group of its own, so that all of it can be ended.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Follows a child to its last message, its end, or the end of our patience, whichever comes first. */
function follow(
  child: ChildProcess,
  limit: number,
  memory: number | undefined,
  onReading: ((reading: Reading) => void) | undefined,
): Promise<Measured> {
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
          return isStage(message.k)
            ? expect(`the reading after run ${message.k}`, readingLimit)
            : expect(`run ${message.k + 1}`, limit);
        case 'read':
          readings.push(message.reading);
          onReading?.(message.reading);
          return expect(
            isLast(message.reading.k) ? 'the last message' : `run ${message.reading.k + 1}`,
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
    // At 'close' all messages and all of standard error have come; but a grandchild may hold the pipe open.
    child.once('exit', (code, signal) => {
      const end = (): void =>
        fail(`ended by itself (${signal ?? `exit code ${code}`}) in ${doing}${said(complaint)}`);
      child.once('close', end);
      setTimeout(end, 500).unref();
    });
    expect(doing, readingLimit);
  });
}

function isStage(k: number): boolean {
  return stages.some((stage) => stage === k);
}

function isLast(k: number): boolean {
  return k === stages.at(-1);
}

/** The line of an uncaught error that says what it was. */
function said(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(\w*Error|Uncaught)\b.*:/.test(text)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.trim()}`;
}

/** Ends the child's group, and what has left the group but still carries its badge. */
function kill(child: ChildProcess, id: string): void {
  if (child.pid === undefined) return;
  end(-child.pid);
  for (const pid of processesWith(`${badge}=${id}`)) end(pid);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
