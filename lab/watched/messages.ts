import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IgnoreRule, Report } from '../../detector/index.ts';
import type { Json } from '../contract.ts';
import type { Addresses } from '../outside/messages.ts';

/** What a watched process is to do. */
export interface Job {
  /** Absolute path of the module or script. */
  readonly file: string;
  /** What a program of the catalogue is given; a stranger's file gets nothing. */
  readonly lab?: {
    readonly addresses: Addresses;
    readonly scratch: string;
    /** Handed to the program beside its lab. */
    readonly options?: Readonly<Record<string, Json>>;
  };
  /**
   * The module as JavaScript, with each line and column where its file has it: whoever runs many short programs strips
   * their types himself, as Node loads a compiler for it that costs as much as the rest of its start.
   */
  readonly source?: string;
  /** Compile TypeScript, where stripping its types is not enough. */
  readonly transpile?: boolean;
  /** Whether its `run` may be run again and again, to see whether memory grows. */
  readonly repeats?: boolean;
  /** How long the program may take, in ms. */
  readonly patience: number;
  /** How long what is about to end may take, in ms. */
  readonly budget: number;
  /** What is tolerated, beside the built-in rules. */
  readonly rules?: readonly IgnoreRule[];
}

/** How the program came to its end. */
export type Ending =
  | { readonly how: 'returned'; readonly outcome: Json }
  /** A script, or a module without anything to call: loaded, and nothing more happens. */
  | { readonly how: 'finished' }
  | { readonly how: 'threw'; readonly error: string; readonly code?: string }
  | { readonly how: 'exited'; readonly code: number }
  /** Still not over when nothing happened any more, or when the patience was used up. */
  | { readonly how: 'hung'; readonly where: 'top level' | 'run' }
  /** Neither reported nor ended: a busy loop, or killed by a signal. */
  | { readonly how: 'lost'; readonly reason: string };

/** What a watched process answers. */
export interface Answer {
  readonly ending: Ending;
  readonly report: Report;
}

/**
 * What a watched process says on descriptor 3, a line of JSON each: as a sign of life how many ms its program may
 * still take; that the program has had its time and the detector is at work; the answer.
 */
export type Line = number | 'checking' | Answer;

/** The name of the environment variable that carries the {@link Job}. */
export const jobVariable = 'LEAKLAB_JOB';

const cacheVariable = 'NODE_COMPILE_CACHE';
/** Where Node keeps what it has compiled, unless it is told otherwise. */
const usualCache = join(tmpdir(), 'node-compile-cache');

/** The environment of a watched process: the job, and where what the lab itself is made of is kept compiled. */
export function environmentFor(job: Job): NodeJS.ProcessEnv {
  return { [cacheVariable]: usualCache, ...process.env, [jobVariable]: JSON.stringify(job) };
}

/** @throws if this process was not started by the lab */
export function takeJob(): Job {
  const text = process.env[jobVariable];
  // the program's own environment is as it would be without us
  Reflect.deleteProperty(process.env, jobVariable);
  if (process.env[cacheVariable] === usualCache) Reflect.deleteProperty(process.env, cacheVariable);
  if (text === undefined) throw new Error(`${jobVariable} is not set: the lab has to start this process`);
  return JSON.parse(text) as Job;
}
