import { fileURLToPath } from 'node:url';
import type { Kind } from '../../contract.ts';
import type { Axis } from './adapter.ts';
import type { Finding, Frame } from './answer.ts';

/** A finding of one run, freed of what differs from machine to machine. */
export interface Placed {
  readonly kind?: Kind;
  readonly type?: string;
  readonly count: number;
  /** The line of the program's file; none where it was told elsewhere, or nowhere. */
  readonly line?: number;
  /** Where it was told, if in no line of the program: in what runs it, in a program beside it, in another file, or nowhere. */
  readonly at?: 'runner' | 'neighbour' | 'elsewhere' | 'nowhere';
}

/**
 * How a run ended.
 *
 * - `answered`: the tool came to its end by itself
 * - `hung`: the program had returned, and the process had to be killed; what the tool had said until then counts
 * - `crashed`: the program threw or never returned, or the tool's answer can't be read
 * - `timed out`: nothing was over when the time was
 */
export type RunEnd = 'answered' | 'hung' | 'crashed' | 'timed out';

/** One run of one program under one detector, as it is kept. */
export interface Recorded {
  readonly version: 1;
  /** Of program, adapter and runtime: another key, another run. */
  readonly key: string;
  readonly adapter: string;
  /** Relative to the catalogue's root; `control` for the program that does nothing. */
  readonly program: string;
  /** `node-24.21.0` */
  readonly runtime: string;
  readonly axis: Axis;
  /** From 1. */
  readonly repeat: number;
  readonly end: RunEnd;
  /** Why it is no answer. */
  readonly problem?: string;
  readonly findings: readonly Placed[];
  readonly exitCode?: number;
  /** Of the whole process. */
  readonly ms: number;
  /** What the tool has said, cut to a size that can be kept. */
  readonly raw: string;
}

export interface Places {
  /** The paths by which the program may be named. */
  readonly program: readonly string[];
  readonly neighbours: readonly string[];
  /** How many lines are the program's; what comes behind them makes it a test. */
  readonly lines: number;
  /** Folders of what runs it. */
  readonly runner: readonly string[];
}

/** Brings a finding to the program: the first frame in its file is its place. */
export function place(finding: Finding, places: Places): Placed {
  const { kind, type, count = 1, file, line, frames = [] } = finding;
  const all: { readonly file: string; readonly line?: number }[] = [
    ...(file === undefined ? [] : [{ file, ...(line !== undefined && { line }) }]),
    ...frames,
  ].map((frame) => ({ ...frame, file: pathOf(frame.file) }));
  const inProgram = all.find(
    (frame) => places.program.includes(frame.file) && frame.line !== undefined && frame.line <= places.lines,
  );
  const what = { ...(kind !== undefined && { kind }), ...(type !== undefined && { type }), count };
  if (inProgram?.line !== undefined) return { ...what, line: inProgram.line };
  if (all.some((frame) => places.neighbours.includes(frame.file))) return { ...what, at: 'neighbour' };
  if (all.length === 0) return { ...what, at: 'nowhere' };
  const isRunners = all.every(
    (frame) =>
      places.program.includes(frame.file) || places.runner.some((folder) => frame.file.startsWith(folder)),
  );
  return { ...what, at: isRunners ? 'runner' : 'elsewhere' };
}

function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

/** Frames of a stack trace in V8's form, innermost first. */
export function framesOf(stack: string): readonly Frame[] {
  return [...stack.matchAll(/((?:file:\/\/)?\/[^\s():]+):(\d+)(?::\d+)?/g)].map(([, file = '', line]) => ({
    file,
    line: Number(line),
  }));
}
