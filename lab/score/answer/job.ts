import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Addresses } from '../../outside/messages.ts';
import type { Axis } from './adapter.ts';

/** Orders of the child, in a file, so that any runtime and any worker of a runner can read them. */
export interface ChildJob {
  readonly program: string;
  readonly axis: Axis;
  readonly lab: {
    readonly addresses: Addresses;
    readonly scratch: string;
    /** Folder for questions to the endpoints; see mail-ask.ts. */
    readonly mailbox: string;
  };
  /** File that is written when the program has come to its end; see {@link ProgramEnd}. */
  readonly done: string;
  readonly answer: string;
  /** Module of an adapter in process. */
  readonly watcher?: string;
  readonly options?: unknown;
  /** Clean programs before and after it, on the axis `several`. */
  readonly neighbours: readonly string[];
}

/** The way in which the program ended. */
export type ProgramEnd = { readonly how: 'returned' } | { readonly how: 'threw'; readonly error: string };

/** Environment variable that names the file of the {@link ChildJob}. */
export const runVariable = 'LEAKLAB_RUN';

/** Reads this process's job. @throws if the scorer did not start this process */
export function readJob(): ChildJob {
  const file = process.env[runVariable];
  if (file === undefined)
    throw new Error(`${runVariable} is not set: leaklab score has to start this process`);
  return JSON.parse(readFileSync(file, 'utf8')) as ChildJob;
}
