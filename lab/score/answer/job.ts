import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Addresses } from '../../outside/messages.ts';
import type { Axis } from './adapter.ts';

/** What runs in the child is told in a file, so that any runtime and any worker of a runner can read it. */
export interface ChildJob {
  readonly program: string;
  readonly axis: Axis;
  readonly lab: {
    readonly addresses: Addresses;
    readonly scratch: string;
    /** Where questions to the desk are laid; see mail-ask.ts. */
    readonly mailbox: string;
  };
  /** Written when the program has come to its end; see {@link ProgramEnd}. */
  readonly done: string;
  readonly answer: string;
  /** The module of an adapter in process. */
  readonly watcher?: string;
  readonly options?: unknown;
  /** The clean programs before and after it, on the axis `several`. */
  readonly neighbours: readonly string[];
}

/** How the program came to its end. */
export type ProgramEnd = { readonly how: 'returned' } | { readonly how: 'threw'; readonly error: string };

/** The environment variable that names the file of the {@link ChildJob}. */
export const runVariable = 'LEAKLAB_RUN';

/** @throws if this process was not started by the scorer */
export function readJob(): ChildJob {
  const file = process.env[runVariable];
  if (file === undefined)
    throw new Error(`${runVariable} is not set: leaklab score has to start this process`);
  return JSON.parse(readFileSync(file, 'utf8')) as ChildJob;
}
