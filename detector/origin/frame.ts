import { EventEmitter } from 'node:events';
import { findSourceMap } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site } from '../finding.ts';

/** Whose code a frame is: the program's, a package's, Node's, the watching tool's, or the engine's (`Array.map`). */
export type Author = 'user' | 'package' | 'node' | 'tool' | 'engine';

/** One frame of a captured stack. */
export interface Frame extends Site {
  readonly author: Author;
  /** Behind an `await`: the frame of a caller that is suspended itself. */
  readonly isAsync: boolean;
  /** Called by `new` or `super`. */
  readonly isConstructor: boolean;
  /** The constructor that V8 gives a class without one stands at the class; nobody has written it. */
  readonly isImplicit: boolean;
  /** Where the function stands in its file; the same for two frames of one function. */
  readonly functionId: string;
  /** That function and the line in it, to be compared: two functions may stand on one line. */
  readonly place: string;
  readonly text: string;
}

/** V8 offers it and Node's types don't know it. */
type PositionedCallSite = NodeJS.CallSite & {
  getEnclosingLineNumber?: () => number | null;
  getEnclosingColumnNumber?: () => number | null;
};

const toolFolders = [dirname(import.meta.dirname) + sep];

/** Frames of files in this folder count as the watching tool's: neither shown nor blamed. */
export function hideFolder(folder: string): void {
  toolFolders.push(folder.endsWith(sep) ? folder : folder + sep);
  known.clear();
}

/** By a path, or a line that has one. The tests of the tool, and their programs, are users of it. */
export function isOfTheTool(text: string): boolean {
  return toolFolders.some((folder) => text.includes(folder)) && !/\.test\.|[\\/]fixtures[\\/]/.test(text);
}

/** Whose file it is. */
export function authorOf(file: string): Author {
  if (file === '') return 'engine';
  if (file.startsWith('node:')) return 'node';
  if (isOfTheTool(file)) return 'tool';
  return file.includes(`${sep}node_modules${sep}`) ? 'package' : 'user';
}

/** `@scope/name` or `name` of the innermost package a file lies in. */
export function packageOf(file: string): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replace('\\', '/');
}

/** Node's own callers of hooks; on 22 they stand on the stack. */
const hookFiles = new Set([
  'node:internal/promise_hooks',
  'node:internal/async_hooks',
  'node:diagnostics_channel',
]);

/**
 * The `Error` of the realm that Node lives in. For a stack of another realm, a vm context of a test runner, Node
 * asks the `prepareStackTrace` of that realm first, and then this one.
 */
const mainError: typeof Error =
  EventEmitter.prototype instanceof Object
    ? Error
    : (Object.getPrototypeOf(process.getBuiltinModule('node:assert').AssertionError) as typeof Error);

/** Has V8 format a stack that was captured, and reads its frames. */
export function readFrames(error: { stack?: unknown }): Frame[] {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const prepare = Error.prepareStackTrace ?? mainError.prepareStackTrace;
  let sites: PositionedCallSite[] = [];
  Reflect.set(Error, 'prepareStackTrace', (_error: unknown, callSites: PositionedCallSite[]) => {
    sites = callSites;
    return '';
  });
  try {
    // reading is what makes V8 format it
    void error.stack;
  } finally {
    if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
  return sites.map((site) => frameOf(site, prepare)).filter((frame) => !hookFiles.has(frame.file));
}

function isImplicitConstructor(site: PositionedCallSite): boolean {
  return (
    site.isConstructor() &&
    site.getLineNumber() !== null &&
    site.getLineNumber() === site.getEnclosingLineNumber?.() &&
    site.getColumnNumber() === site.getEnclosingColumnNumber?.()
  );
}

type Prepare = typeof Error.prepareStackTrace;

/** Frames by what V8 says of them: a thousand resources of one line are worked out once. */
const known = new Map<string, Frame>();
const mostKnown = 10_000;
let knownBy: Prepare;

function frameOf(callSite: PositionedCallSite, prepare: Prepare): Frame {
  // whoever maps stacks otherwise maps them to other places
  if (prepare !== knownBy || known.size > mostKnown) known.clear();
  knownBy = prepare;
  const url = callSite.getFileName() ?? '';
  const name = callSite.getFunctionName() ?? '<anonymous>';
  const isAsync = callSite.isAsync();
  const isConstructor = callSite.isConstructor();
  const line = callSite.getLineNumber() ?? 0;
  const column = callSite.getColumnNumber() ?? 0;
  const key = `${url}:${line}:${column}:${isAsync}:${isConstructor}:${name}`;
  const frame =
    known.get(key) ?? newFrame({ callSite, url, name, isAsync, isConstructor, line, column }, prepare);
  known.set(key, frame);
  return frame;
}

interface Position {
  readonly callSite: PositionedCallSite;
  readonly url: string;
  readonly name: string;
  readonly isAsync: boolean;
  readonly isConstructor: boolean;
  readonly line: number;
  readonly column: number;
}

function newFrame(position: Position, prepare: Prepare): Frame {
  const { callSite, url, name, isAsync, isConstructor, line, column } = position;
  const place = { file: pathOf(url), line, column };
  const author = authorOf(place.file);
  const isTheirs = author === 'user' || author === 'package';
  const original = isTheirs ? (placeByTheirs(callSite, prepare) ?? originalOf(url, place)) : place;
  const enclosing = `${callSite.getEnclosingLineNumber?.() ?? ''}:${callSite.getEnclosingColumnNumber?.() ?? ''}`;
  return {
    ...original,
    function: name,
    author,
    isAsync,
    isConstructor,
    isImplicit: isImplicitConstructor(callSite),
    functionId: `${url}:${enclosing}:${name}`,
    place: `${url}:${enclosing}:${name}:${original.line}`,
    text: `${isAsync ? 'async ' : ''}${name} (${textOf(original)})`,
  };
}

/** A line that is known from the source alone. */
export function lineFrame(file: string, line: number): Frame {
  return {
    file,
    line,
    column: 1,
    function: '<anonymous>',
    author: authorOf(file),
    isAsync: false,
    isConstructor: false,
    isImplicit: false,
    functionId: file,
    place: `${file}:${line}`,
    text: `${file}:${line}`,
  };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Formats a place as V8 does: built-in functions have none. */
function textOf({ file, line, column }: Place): string {
  return line === 0 ? file || '<anonymous>' : `${file}:${line}:${column}`;
}

/**
 * Who compiles sources on the fly (vitest, tsx) maps stacks by a function of his own: have him print this one
 * frame, and read the place from the text.
 */
function placeByTheirs(callSite: NodeJS.CallSite, prepare: Prepare): Place | undefined {
  if (!prepare) return undefined;
  try {
    const text = String(prepare(new Error(), [callSite]));
    const [, file, line, column] =
      /(?:\(|at (?:async )?)((?:file:|\/|[A-Za-z]:[\\/])[^\n()]*):(\d+):(\d+)\)?$/.exec(text) ?? [];
    if (file === undefined) return undefined;
    return { file: pathOf(file), line: Number(line), column: Number(column) };
  } catch {
    return undefined;
  }
}

/** The path of a file, by its URL or by itself. */
export function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** Through the source map, where Node has one (`--enable-source-maps`); else the place itself. */
function originalOf(url: string, place: Place): Place {
  const entry = findSourceMap(url)?.findEntry(place.line - 1, place.column - 1);
  if (!entry || !('originalSource' in entry) || entry.originalSource === undefined) return place;
  const source = entry.originalSource;
  return {
    file: pathOf(source),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  };
}
