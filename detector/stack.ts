import { findSourceMap } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site } from './finding.ts';

/** Whose code a frame is: the program's, a package's, Node's, the watching tool's, or the engine's (`Array.map`). */
type Author = 'user' | 'package' | 'node' | 'tool' | 'engine';

/** One frame of a captured stack. */
export interface Frame extends Site {
  readonly author: Author;
  /** Behind an `await`: the frame of a caller that is suspended itself. */
  readonly isAsync: boolean;
  /** Called by `new` or `super`. */
  readonly isConstructor: boolean;
  /** The constructor that V8 gives a class without one: nobody has written it, and it is not shown. */
  readonly isImplicit: boolean;
  /** Where the function stands in its file; the same for two frames of one function. */
  readonly functionId: string;
  readonly text: string;
}

/** Any function, to be named as the one below which a stack begins. */
export type Callable = (...args: never[]) => unknown;

/** A loop that awaits must not chain the stacks of all its rounds. */
const longestChain = 8;

/** V8 offers it and Node's types don't know it. */
type PositionedCallSite = NodeJS.CallSite & {
  getEnclosingLineNumber?: () => number | null;
  getEnclosingColumnNumber?: () => number | null;
};

/**
 * A stack taken now and read later, if ever.
 *
 * An `Error` costs 6 µs as long as nobody reads its stack. Until somebody does, it holds on to the
 * functions and receivers of its frames, and so to what the collector should be free to take: read
 * {@link Capture.frames} of all survivors before asking the collector.
 */
export class Capture {
  #error: { stack?: unknown } | undefined;
  #frames: readonly Frame[] | undefined;
  #constructors: readonly Frame[] = [];
  #ownFrames: readonly Frame[] = [];
  #innermost: Author | undefined;
  #isOfTheTool = false;
  #generation: number;
  /** What scheduled the turn in which this was taken: Node opens a file stream or a server one tick after the user's call. */
  cause: Capture | undefined;
  /** Where a timer, a socket or another handle was made, rather than a turn scheduled: what its callbacks do is another story. */
  isOfHandle = false;

  /**
   * @param depth frames kept at most
   * @param below the function that asks; it and what it called are left out
   */
  constructor(depth: number, cause?: Capture, below?: Callable) {
    this.#error = {};
    this.cause = cause && cause.#generation >= longestChain ? cause.#nearestOfTheUser() : cause;
    this.#generation = this.cause ? this.cause.#generation + 1 : 0;
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    // a frozen Error keeps the program's own limit
    const isOurs = Reflect.set(Error, 'stackTraceLimit', depth);
    Error.captureStackTrace(this.#error, below ?? Capture);
    if (!isOurs) return;
    if (limit) Object.defineProperty(Error, 'stackTraceLimit', limit);
    else Reflect.deleteProperty(Error, 'stackTraceLimit');
  }

  /** The frames, innermost first, without those of the watching tool; where none is the user's, followed by those of {@link cause}. */
  get frames(): readonly Frame[] {
    if (this.#frames) return this.#frames;
    const all = this.#error ? read(this.#error) : [];
    this.#error = undefined;
    this.#innermost = all[0]?.author;
    this.#isOfTheTool = all.find(({ author }) => author !== 'node' && author !== 'engine')?.author === 'tool';
    const own = all.filter((frame) => frame.author !== 'tool' && !frame.isImplicit);
    this.#ownFrames = own;
    this.#constructors = all.filter((frame) => frame.isConstructor);
    const needsCause = this.cause && !this.cause.isOfHandle && !own.some((frame) => frame.author === 'user');
    this.#frames = needsCause ? [...own, ...(this.cause?.frames ?? [])] : own;
    return this.#frames;
  }

  /** The next of the chain of causes that has a line of the user, which needs no cause any more; else the first. */
  #nearestOfTheUser(): Capture {
    if (!this.cause) return this;
    if (!this.frames.some((frame) => frame.author === 'user')) return this.cause.#nearestOfTheUser();
    this.cause = undefined;
    this.#generation = 0;
    return this;
  }

  /** The constructors that were running, those that nobody has written included. */
  get constructors(): readonly Frame[] {
    void this.frames;
    return this.#constructors;
  }

  /** Who made the call that was captured, the watching tool included. */
  get innermost(): Author | undefined {
    void this.frames;
    return this.#innermost;
  }

  /** Made by the watching tool for its own purposes. */
  get isOfTheTool(): boolean {
    void this.frames;
    return this.#isOfTheTool;
  }

  /**
   * The user's line. Where there is none, that of the handle in whose callback this was taken: what a package
   * sets up when its socket is connected belongs to the call that has asked for the socket. Else the innermost
   * line of a package.
   */
  get site(): Frame | undefined {
    for (let capture: Capture | undefined = this; capture; capture = capture.cause) {
      const users = capture.frames.find((frame) => frame.author === 'user');
      if (users) return users;
    }
    return this.frames.find((frame) => frame.author === 'package');
  }

  /** The frames, with those of all handles up to the one that has the user's line. */
  get story(): readonly Frame[] {
    const { frames, cause } = this;
    if (!cause || frames.some((frame) => frame.author === 'user')) return frames;
    return cause.isOfHandle ? [...frames, ...cause.story] : [...this.#ownFrames, ...cause.story];
  }

  /** Who called into Node: the first frame that is neither Node's nor the engine's. */
  get caller(): Frame | undefined {
    return this.frames.find((frame) => frame.author === 'user' || frame.author === 'package');
  }

  /** Node's own files between the caller and the resource, innermost first: which API it was. */
  get apiFiles(): readonly string[] {
    const files: string[] = [];
    for (const frame of this.frames) {
      if (frame.author === 'node') files.push(frame.file);
      else if (frame.author !== 'engine') break;
    }
    return files;
  }
}

const toolFolders = [import.meta.dirname + sep];

/** Frames of files in this folder count as the watching tool's: neither shown nor blamed. */
export function hideFolder(folder: string): void {
  toolFolders.push(folder.endsWith(sep) ? folder : folder + sep);
}

/** Has an error that is thrown through the tool show the stack that it would have without it. */
export function withoutOurFrames<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && typeof error.stack === 'string') {
      const lines = error.stack.split('\n');
      error.stack = lines.filter((line) => !isOfTheTool(line)).join('\n');
    }
    throw error;
  }
}

/** By a path, or a line that has one. The tests of the tool, and their programs, are users of it. */
function isOfTheTool(text: string): boolean {
  return toolFolders.some((folder) => text.includes(folder)) && !/\.test\.|[\\/]fixtures[\\/]/.test(text);
}

function authorOf(file: string): Author {
  if (file === '') return 'engine';
  if (file.startsWith('node:')) return 'node';
  if (isOfTheTool(file)) return 'tool';
  return file.includes(`${sep}node_modules${sep}`) ? 'package' : 'user';
}

/** Node's own callers of hooks; on 22 they stand on the stack. */
const hookFiles = new Set([
  'node:internal/promise_hooks',
  'node:internal/async_hooks',
  'node:diagnostics_channel',
]);

function read(error: { stack?: unknown }): Frame[] {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const prepare = Error.prepareStackTrace;
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

/** It stands at the class itself. */
function isImplicitConstructor(site: PositionedCallSite): boolean {
  return (
    site.isConstructor() &&
    site.getLineNumber() !== null &&
    site.getLineNumber() === site.getEnclosingLineNumber?.() &&
    site.getColumnNumber() === site.getEnclosingColumnNumber?.()
  );
}

type Prepare = typeof Error.prepareStackTrace;

function frameOf(callSite: PositionedCallSite, prepare: Prepare): Frame {
  const url = callSite.getFileName() ?? '';
  const name = callSite.getFunctionName() ?? '<anonymous>';
  const isAsync = callSite.isAsync();
  const line = callSite.getLineNumber() ?? 0;
  const column = callSite.getColumnNumber() ?? 0;
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
    isConstructor: callSite.isConstructor(),
    isImplicit: isImplicitConstructor(callSite),
    functionId: `${url}:${enclosing}:${name}`,
    text: `${isAsync ? 'async ' : ''}${name} (${original.file}:${original.line}:${original.column})`,
  };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
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

function pathOf(url: string): string {
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

/** The plain {@link Site} of a frame. */
export function siteOf(frame: Frame): Site {
  return { file: frame.file, line: frame.line, column: frame.column, function: frame.function };
}

/** Whether both stand on the same line of the same file. */
export function sameLine(a: Site, b: Site): boolean {
  return a.line === b.line && a.file === b.file;
}
