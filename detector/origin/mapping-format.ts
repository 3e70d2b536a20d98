import { Map, Set } from '../engine/intrinsics.ts';
import { locationOf } from './function-location.ts';
import { Sources } from './source.ts';

export type Format = typeof Error.prepareStackTrace | undefined;

/** The formats of runners, loaders and source-map packages. */
const known = new Set<Format>();
/** The formats of the program itself. */
const own = new Set<Format>();
let latestKnown: Format;
const mapped = new Map<string, boolean>();
const sources = new Sources();

/** Notes the `prepareStackTrace` of a realm as one that maps places to the original source. */
export function noteFormat({ prepareStackTrace }: { readonly prepareStackTrace?: Format | undefined }): void {
  known.add(prepareStackTrace);
  latestKnown = prepareStackTrace ?? latestKnown;
}

/**
 * Returns the `prepareStackTrace` that may know another place for a line of a file, undefined if there is none.
 *
 * A format that a package sets while the program runs, such as a loader, is asked. The program's is asked only
 * about files that have a source map, or that Node could not run as they are; otherwise the one before it is right.
 */
export function formatFor(current: Format, file: string): Format {
  if (current && !known.has(current) && !own.has(current)) {
    if (/[\\/]node_modules[\\/]/.test(locationOf(current)?.url ?? ''))
      noteFormat({ prepareStackTrace: current });
    else own.add(current);
  }
  return known.has(current) || hasSourceMap(file) ? current : latestKnown;
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
