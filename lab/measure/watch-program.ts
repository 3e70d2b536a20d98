import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Desk } from '../outside/outside.ts';
import { answerChild } from '../outside/lab-context.ts';
import { UsageError } from '../usage-error.ts';
import { jobVariable, type Answer, type Job } from './messages.ts';
import { endWithUs, killGroup } from './process-group.ts';

export interface WatchOptions {
  /** The Node to run it with; default this one. */
  readonly node?: string;
  /** What answers the program's questions to its lab. */
  readonly desk?: Desk;
  /** Where what the program prints goes: `show` to this process's standard error. */
  readonly output: 'show' | 'drop';
}

/** What a busy machine may take beyond the program's patience and the detector's budget, in ms. */
const grace = 20_000;
/** What a timer can wait at most, in ms. */
const longest = 2 ** 31 - 1;

/**
 * Runs a program under the detector, in a process and a process group of its own, which is killed whole
 * when the answer is there.
 *
 * A process that neither answers nor ends in time is killed, and its ending is `lost`.
 */
export async function watchProgram(job: Job, options: WatchOptions): Promise<Answer> {
  const { node = process.execPath, desk, output } = options;
  const stdio = output === 'show' ? process.stderr : 'ignore';
  const child = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      '--enable-source-maps',
      join(import.meta.dirname, 'watched.ts'),
    ],
    {
      stdio: ['ignore', stdio, stdio, 'pipe', ...(desk ? ['ipc' as const] : [])],
      // a group of its own, so that the children it leaves can be ended with it
      detached: true,
      env: { ...process.env, [jobVariable]: JSON.stringify(job) },
    },
  );
  const stopAnswering = desk && answerChild(child, desk);
  const release = endWithUs(child);
  const timer = setTimeout(() => killGroup(child), Math.min(job.patience + job.budget + grace, longest));
  try {
    return await answerOf(child);
  } finally {
    clearTimeout(timer);
    release();
    stopAnswering?.();
    killGroup(child);
  }
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const pipe = child.stdio[3];
  if (!pipe || !('read' in pipe)) throw new Error('no pipe for the answer');
  pipe.setEncoding('utf8');
  pipe.on('data', (chunk: string) => {
    text += chunk;
    if (text.endsWith('\n')) resolve(text);
  });
  child.once('error', (error) => {
    const { pid, spawnfile } = child;
    if (pid !== undefined) return reject(error);
    reject(
      new UsageError(`${spawnfile} can't be started: ${error.message}`, 'name the executable of a Node'),
    );
  });
  child.once('close', (code, signal) => resolve(text || lostAnswer(code, signal)));
  // a grandchild may hold the pipe open, and 'close' waits for it
  child.once('exit', (code, signal) => {
    setTimeout(() => resolve(text || lostAnswer(code, signal)), 1000).unref();
  });
  return JSON.parse(await promise) as Answer;
}

function lostAnswer(code: number | null, signal: string | null): string {
  const reason = signal
    ? `ended by ${signal}`
    : `ended with exit code ${code ?? 'unknown'} before it reported`;
  const answer: Answer = {
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
  return JSON.stringify(answer);
}
