import { fileURLToPath } from 'node:url';
import type { Kind } from '../../contract.ts';
import type { Axis } from './adapter.ts';
import type { Finding, Frame } from './answer.ts';

/** Finding of one run, without differences between machines. */
export interface Placed {
  readonly kind?: Kind;
  readonly type?: string;
  readonly count: number;
  /** Line in the program's file; absent if the place is elsewhere, or unknown. */
  readonly line?: number;
  /** Place outside of the program: in its runner, in a program beside it, in another file, or nowhere. */
  readonly at?: 'runner' | 'neighbour' | 'elsewhere' | 'nowhere';
}

/**
 * End of a run. - `answered`: the tool came to its end by itself
 * - `hung`: the program had returned, and the process had to be killed; the output until then counts
 * - `crashed`: the program threw or never returned, or the tool's answer can't be read
 * - `timed out`: neither was over in time
 */
export type RunEnd = 'answered' | 'hung' | 'crashed' | 'timed out';

/** Recorded run of one program under one detector. */
export interface Recorded {
  readonly version: 1;
  /** Hash of program, adapter and runtime; it changes with any of them. */
  readonly key: string;
  readonly adapter: string;
  /** Path relative to the catalogue's root; `control` for the program that does nothing. */
  readonly program: string;
  /** Id of the runtime, such as `node-24.21.0`. */
  readonly runtime: string;
  readonly axis: Axis;
  /** Number of the repeat, from 1. */
  readonly repeat: number;
  readonly end: RunEnd;
  /** Reason, if there is no answer. */
  readonly problem?: string;
  readonly findings: readonly Placed[];
  readonly exitCode?: number;
  /** Duration of the whole process. */
  readonly ms: number;
  /** Output of the tool, shortened. */
  readonly raw: string;
}

export interface Places {
  /** Paths by which a finding may name the program. */
  readonly program: readonly string[];
  readonly neighbours: readonly string[];
  /** Number of the program's own lines; those behind them make it a test. */
  readonly lines: number;
  /** Folders of the code that runs it. */
  readonly runner: readonly string[];
}

/** Places a finding in the program: the first frame in its file counts. */
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

/** Reads the frames of a stack trace in V8's form, innermost first. */
export function framesOf(stack: string): readonly Frame[] {
  return [...stack.matchAll(/((?:file:\/\/)?\/[^\s():]+):(\d+)(?::\d+)?/g)].map(([, file = '', line]) => ({
    file,
    line: Number(line),
  }));
}
