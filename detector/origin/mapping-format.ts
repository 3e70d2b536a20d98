import { Map, Set } from '../engine/intrinsics.ts';
import { Sources } from './source.ts';

export type Format = typeof Error.prepareStackTrace | undefined;

/** The formats that were there before the program: those of runners, loaders and source-map packages. */
const known = new Set<Format>();
const mapped = new Map<string, boolean>();
const sources = new Sources();

/** Notes the `prepareStackTrace` of a realm as one that maps places to the original source. */
export function noteFormat({ prepareStackTrace }: { readonly prepareStackTrace?: Format | undefined }): void {
  known.add(prepareStackTrace);
}

/**
 * Reports whether a `prepareStackTrace` may know another place for a line of a file.
 *
 * One that the program sets while it runs is asked only about files that have a source map, or that Node could not run
 * as they are.
 */
export function mayMap(format: Format, file: string): boolean {
  return format !== undefined && (known.has(format) || hasSourceMap(file));
}

function hasSourceMap(file: string): boolean {
  let answer = mapped.get(file);
  if (answer === undefined) {
    const lines = sources.linesOf(file);
    answer =
      !/\.[cm]?[jt]s$/.test(file) || lines.slice(-20).some((line) => line.includes('sourceMappingURL='));
    mapped.set(file, answer);
  }
  return answer;
}
