import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IgnoreRule, Level, Report } from '../../detector/index.ts';
import type { Json } from '../contract.ts';
import type { Addresses } from '../outside/messages.ts';

/** The orders of a watched process. */
export interface Job {
  /** Absolute path of the module or script. */
  readonly file: string;
  /** The lab of a catalogue program; a user's own file gets none. */
  readonly lab?: {
    readonly addresses: Addresses;
    readonly scratch: string;
    /** Handed to the program beside its lab. */
    readonly options?: Readonly<Record<string, Json>>;
  };
  /**
   * The module as JavaScript, each line and column as in its file. A caller that runs many short programs strips
   * their types itself: the compiler that Node loads for this costs as much as the rest of its start.
   */
  readonly source?: string;
  /** Compile TypeScript, where stripping its types is not enough. */
  readonly transpile?: boolean;
  /** Level of watching; default `full`. */
  readonly level?: Level;
  /** Run its function repeatedly to see whether memory grows and each run ends. */
  readonly repeats?: boolean;
  /** Limit for the program, in ms. */
  readonly patience: number;
  /** Limit for resources that are about to end, in ms. */
  readonly budget: number;
  /** Tolerated leaks, beside the built-in rules. */
  readonly rules?: readonly IgnoreRule[];
}

/** The way in which the program ended. */
export type Ending =
  | { readonly how: 'returned'; readonly outcome: Json }
  /** A script, or a module without a function to call: loaded, and quiet since. */
  | { readonly how: 'finished' }
  | { readonly how: 'threw'; readonly error: string; readonly code?: string }
  | { readonly how: 'exited'; readonly code: number }
  /** Not over when all activity had stopped, or when the patience was used up. */
  | { readonly how: 'hung'; readonly where: 'top level' | 'run' }
  /** Neither reported nor ended, as in a busy loop, or killed by a signal. */
  | { readonly how: 'lost'; readonly reason: string };

/** The answer of a watched process. */
export interface Answer {
  readonly ending: Ending;
  readonly report: Report;
}

/**
 * A line of JSON that a watched process writes on descriptor 3. A number is a sign of life: how many ms the program
 * may still take. `checking` says that the program's time is over and the detector looks.
 */
export type Line = number | 'checking' | Answer;

/** The name of the environment variable that carries the {@link Job}. */
export const jobVariable = 'LEAKLAB_JOB';

const cacheVariable = 'NODE_COMPILE_CACHE';
/** Node's own folder for compiled code, if the environment names no other. */
const usualCache = join(tmpdir(), 'node-compile-cache');

/** Returns the environment of a watched process: the job, and a cache for the lab's compiled code. */
export function environmentFor(job: Job): NodeJS.ProcessEnv {
  return { [cacheVariable]: usualCache, ...process.env, [jobVariable]: JSON.stringify(job) };
}

/** Takes the job out of the environment. @throws if this process was not started by the lab */
export function takeJob(): Job {
  const text = process.env[jobVariable];
  // the program sees the environment that it would have without us
  Reflect.deleteProperty(process.env, jobVariable);
  if (process.env[cacheVariable] === usualCache) Reflect.deleteProperty(process.env, cacheVariable);
  if (text === undefined) throw new Error(`${jobVariable} is not set: the lab has to start this process`);
  return JSON.parse(text) as Job;
}
