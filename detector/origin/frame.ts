import { EventEmitter } from 'node:events';
import { findSourceMap } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { switchFile } from '../engine/switches.ts';
import { define, deleteProperty, descriptorOf, Map, Set, setProperty } from '../engine/intrinsics.ts';
import type { Site } from '../finding.ts';
import { formatFor, noteFormat, type Format as Prepare } from './mapping-format.ts';

// taken at load, before a test replaces it
const { Error } = globalThis;

/** The author of a frame's code: the program, a package, Node, the watching tool, or the engine (`Array.map`). */
export type Author = 'user' | 'package' | 'node' | 'tool' | 'engine';

/** A frame of a captured stack. */
export interface Frame extends Site {
  readonly author: Author;
  /** True for a caller that is suspended at an `await`. */
  readonly isAsync: boolean;
  /** True for a function called by `new` or `super`. */
  readonly isConstructor: boolean;
  /** True for the constructor that V8 adds to a class without one; its position is that of the class. */
  readonly isImplicit: boolean;
  /** The function's position in its file; equal for two frames of one function. */
  readonly functionId: string;
  /** The function and the line in it, for comparisons: a line may hold two functions. */
  readonly place: string;
  readonly text: string;
}

/** A call site with the methods of V8 that Node's types lack. */
type PositionedCallSite = NodeJS.CallSite & {
  getEnclosingLineNumber?: () => number | null;
  getEnclosingColumnNumber?: () => number | null;
};

const toolFolders = [dirname(import.meta.dirname) + sep];

/** Counts files in a folder as the watching tool's: their frames are neither shown nor blamed. */
export function hideFolder(folder: string): void {
  toolFolders.push(folder.endsWith(sep) ? folder : folder + sep);
  known.clear();
}

/** Reports whether a path, or a line with one, is the tool's; the tool's own tests and fixtures count as users. */
export function isOfTheTool(text: string): boolean {
  return toolFolders.some((folder) => text.includes(folder)) && !/\.test\.|[\\/]fixtures[\\/]/.test(text);
}

/** Returns the author of a file. */
export function authorOf(file: string): Author {
  if (file === '') return 'engine';
  if (file.startsWith('node:')) return 'node';
  if (isOfTheTool(file)) return 'tool';
  return file.includes(`${sep}node_modules${sep}`) ? 'package' : 'user';
}

/** Returns the name of the innermost package around a file, such as `@scope/name`. */
export function packageOf(file: string): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replace('\\', '/');
}

/** The files in which Node calls hooks, on the stack on Node 22, and that of the switches in front of functions. */
const hookFiles = new Set([
  switchFile,
  'node:internal/promise_hooks',
  'node:internal/async_hooks',
  'node:diagnostics_channel',
]);

/**
 * The `Error` of Node's own realm.
 *
 * For a stack of another realm, such as a test runner's vm context, Node asks the `prepareStackTrace` of that realm
 * first, and then this one.
 */
const mainError: typeof Error =
  EventEmitter.prototype instanceof Object
    ? Error
    : (Object.getPrototypeOf(process.getBuiltinModule('node:assert').AssertionError) as typeof Error);

/** Returns why no stack can be read, or undefined: a program may freeze `Error`, as `--frozen-intrinsics` does. */
export function whyNoStacks(): string | undefined {
  const prepare = descriptorOf(Error, 'prepareStackTrace');
  const isFixed = prepare ? isReadOnly(prepare) : !Object.isExtensible(Error);
  if (isFixed) return 'Error is frozen, so no stack can be read';
  const limit = descriptorOf(Error, 'stackTraceLimit');
  const isShort = limit ? isReadOnly(limit) && !(Number(limit.value) >= 1) : !Object.isExtensible(Error);
  return isShort ? 'Error.stackTraceLimit is fixed, so stacks are empty' : undefined;
}

function isReadOnly({ writable, configurable }: PropertyDescriptor): boolean {
  return writable !== true && configurable !== true;
}

let programError: typeof Error | undefined;

/** Maps places by the `Error.prepareStackTrace` of the realm in which the program runs, if that isn't the tool's. */
export function mapPlacesBy(error: typeof Error): void {
  programError = error === Error ? undefined : error;
  noteFormat(error);
}

function prepareOfTheProgram(): Prepare {
  return programError?.prepareStackTrace ?? Error.prepareStackTrace ?? mainError.prepareStackTrace;
}

/** Reads the frames of a captured stack, which makes V8 format it. */
export function readFrames(error: { stack?: unknown }): Frame[] {
  const before = descriptorOf(Error, 'prepareStackTrace');
  const prepare = prepareOfTheProgram();
  let sites: PositionedCallSite[] = [];
  const value = (_error: unknown, callSites: PositionedCallSite[]): string => {
    sites = callSites;
    return '';
  };
  // a setter of the program would be called, and keep the function from V8
  if (!define(Error, 'prepareStackTrace', { value, writable: true, configurable: true }))
    setProperty(Error, 'prepareStackTrace', value);
  try {
    // reading is what makes V8 format it
    void error.stack;
  } finally {
    if (before) define(Error, 'prepareStackTrace', before);
    else deleteProperty(Error, 'prepareStackTrace');
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

noteFormat(Error);
noteFormat(mainError);

/** The frames by V8's description of them: a thousand resources of one line are worked out once. */
const known = new Map<string, Frame>();
const mostKnown = 10_000;
let knownBy: Prepare;

/** Returns the frame of a call site, at the place to which the program's tools map it. */
export function frameOf(callSite: PositionedCallSite, prepare = prepareOfTheProgram()): Frame {
  // another mapping function gives other places
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
  const byTheirs = isTheirs ? placeByTheirs(callSite, formatFor(prepare, place.file)) : undefined;
  const original = isTheirs ? (byTheirs ?? originalOf(url, place)) : place;
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

/** Returns a frame for a line of which only file and number are known. */
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
 * Returns a frame's place as the program's `prepareStackTrace` prints it.
 *
 * Tools that compile sources on the fly (vitest, tsx) map stacks by this function alone.
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

/** Returns the path of a file, given as a URL or a path. */
export function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** Returns the original place by the source map, if Node has one (`--enable-source-maps`), or else the place itself. */
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
