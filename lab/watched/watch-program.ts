import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RunEndpoints } from '../outside/outside.ts';
import { answerChild } from '../outside/lab-context.ts';
import { moduleBeside } from '../shared/module-beside.ts';
import { UsageError } from '../shared/usage-error.ts';
import { environmentFor, type Answer, type Job, type Line } from './messages.ts';
import { killGroup, startWithUs } from './process-group.ts';
import { limitMemory, outOfMemory, type Sandbox } from './sandbox.ts';

export interface WatchOptions {
  /** Node that runs the program; default this one. */
  readonly node?: string;
  /** Endpoints that answer the program's questions to its lab. */
  readonly endpoints?: RunEndpoints;
  /** Destination of the program's output; `show` is this process's standard error. */
  readonly output: 'show' | 'drop';
  /** Extra time for a busy machine beyond patience and budget, in ms; default 20 000. */
  readonly grace?: number;
  /** Limits for the program; without it, everything is allowed. */
  readonly sandbox?: Sandbox;
}

/** Extra time for a busy machine beyond the program's patience and the detector's budget, in ms. */
const usualGrace = 20_000;
/** `grace` where many programs run at the same time: measuring memory alone takes seconds of work for each, in ms. */
export const graceAmongMany = 60_000;
/**
 * Time without a sign of life, in ms beyond the patience, after which a program is blocked. While the event loop
 * turns, a sign comes every 50 ms. On a busy machine a process waits tenths of a second for a core.
 */
const stillness = 5000;
/** Longest delay of a timer, in ms. */
const longest = 2 ** 31 - 1;

/**
 * Runs a program under the detector in its own process group, and kills the group after the answer. A process whose
 * event loop stands still beyond its patience, or that neither answers nor ends in time, is killed; its ending is
 * `lost`.
 */
export async function watchProgram(job: Job, options: WatchOptions): Promise<Answer> {
  const { node = process.execPath, endpoints, output, sandbox } = options;
  const stdio = output === 'show' ? process.stderr : 'ignore';
  const { child, release } = startWithUs(() => ({
    child: spawn(
      node,
      [
        '--disable-warning=ExperimentalWarning',
        '--enable-source-maps',
        ...(sandbox?.flags ?? []),
        moduleBeside(import.meta.url, 'watched'),
      ],
      {
        stdio: ['ignore', stdio, stdio, 'pipe', ...(endpoints ? ['ipc' as const] : [])],
        // in a group, so that the children it leaves end with it
        detached: true,
        env: environmentFor(job),
      },
    ),
  }));
  const stopAnswering = endpoints && answerChild(child, endpoints);
  const patience = new Patience(child, job, options.grace ?? usualGrace);
  const unlimit = sandbox && limitMemory(child, sandbox.memory, (reason) => patience.kill(reason));
  try {
    return await answerOf(child, patience);
  } finally {
    patience.end();
    unlimit?.();
    release();
    stopAnswering?.();
    killGroup(child);
  }
}

/** Time limit that kills its child. */
class Patience {
  /** Reason, if the child was killed. */
  killedFor: string | undefined;
  readonly #child: ChildProcess;
  readonly #ms: number;
  readonly #whole: NodeJS.Timeout;
  #still: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, { patience, budget }: Job, grace: number) {
    this.#child = child;
    this.#ms = patience;
    const whole = patience + budget + grace;
    this.#whole = this.#killAfter(whole, `it neither ended nor answered within ${whole} ms`);
  }

  /**
   * Restarts the limit at a sign of life.
   *
   * @param sign ms that the program may still take; `checking` once its time is over
   */
  hear(sign: number | 'checking'): void {
    clearTimeout(this.#still);
    if (sign === 'checking') return;
    const reason = `its event loop stood still beyond its patience of ${this.#ms} ms, as in a busy loop or a call that blocks`;
    this.#still = this.#killAfter(sign + stillness, reason);
  }

  end(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#still);
  }

  kill(reason: string): void {
    this.killedFor ??= `killed: ${reason}`;
    killGroup(this.#child);
  }

  #killAfter(ms: number, reason: string): NodeJS.Timeout {
    return setTimeout(() => this.kill(reason), Math.min(ms, longest));
  }
}

async function answerOf(child: ChildProcess, patience: Patience): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const pipe = child.stdio[3];
  if (!pipe || !('read' in pipe)) throw new Error('no pipe for the answer');
  createInterface(pipe).on('line', (text) => {
    const line = parsed(text);
    if (line === undefined)
      resolve(lost(patience.killedFor ?? 'descriptor 3 carried a line that is no report'));
    else if (typeof line === 'object') resolve(line);
    else patience.hear(line);
  });
  child.once('error', (error) => {
    const { pid, spawnfile } = child;
    if (pid !== undefined) return reject(error);
    reject(
      new UsageError(`${spawnfile} can't be started: ${error.message}`, 'name the executable of a Node'),
    );
  });
  const lose = (code: number | null, signal: string | null): void => {
    resolve(lost(patience.killedFor ?? reasonOf(code, signal)));
  };
  child.once('close', lose);
  // a grandchild may hold the pipe open, and 'close' waits for it
  child.once('exit', (code, signal) => {
    setTimeout(lose, 1000, code, signal).unref();
  });
  return promise;
}

/** Parses a line; undefined if it is no JSON, for the program may write on the descriptor too. */
function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

function reasonOf(code: number | null, signal: string | null): string {
  if (signal === 'SIGABRT') return `ended by SIGABRT, which Node sends itself when ${outOfMemory}`;
  if (signal) return `ended by ${signal}`;
  return `ended with exit code ${code ?? 'unknown'} before it reported`;
}

function lost(reason: string): Answer {
  return {
    ending: { how: 'lost', reason },
    report: {
      version: 1,
      leaks: [],
      ignored: [],
      notJudged: [],
      unusedRules: [],
      expiredRules: [],
      failedProbes: [],
    },
  };
}
