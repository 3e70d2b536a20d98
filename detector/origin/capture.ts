import { isOfTheTool, lineFrame, readFrames, type Author, type Frame } from './frame.ts';
import type { Site } from '../finding.ts';

/** Any function, to be named as the one below which a stack begins. */
export type Callable = (...args: never[]) => unknown;

/** A loop that awaits must not chain the stacks of all its rounds: after so many, the frames are worked out. */
const longestChain = 32;
/** Frames of causes that a stack may have. */
const longestStory = 80;

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
  #innermost: Author | undefined;
  #isOfTheTool = false;
  readonly #generation: number;
  /** What scheduled the turn in which this was taken: Node opens a file stream or a server one tick after the user's call. */
  #cause: Capture | undefined;
  /** Known when the frames are: the handle in whose callback this was taken, where no nearer line is the user's. */
  #handle: Capture | undefined;
  /** Where a timer, a socket or another handle was made, rather than a turn scheduled: what its callbacks do is another story. */
  isOfHandle = false;

  /**
   * @param depth frames kept at most
   * @param cause what scheduled the turn in which it is taken
   * @param below the function that asks; it and what it called are left out
   */
  constructor(depth: number, cause?: Capture, below?: Callable) {
    this.#error = {};
    // reading lets go of the causes
    if (cause && cause.#generation >= longestChain) void cause.frames;
    this.#cause = cause;
    this.#generation = cause && cause.#cause ? cause.#generation + 1 : 0;
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    // a frozen Error keeps the program's own limit
    const isOurs = Reflect.set(Error, 'stackTraceLimit', depth);
    Error.captureStackTrace(this.#error, below ?? Capture);
    if (!isOurs) return;
    if (limit) Object.defineProperty(Error, 'stackTraceLimit', limit);
    else Reflect.deleteProperty(Error, 'stackTraceLimit');
  }

  /** A stack of one known line, where none could be taken. */
  static at({ file, line }: { readonly file: string; readonly line: number }): Capture {
    const capture = new Capture(0);
    capture.#error = undefined;
    capture.#frames = [lineFrame(file, line)];
    return capture;
  }

  /** The frames, innermost first, without those of the watching tool; where none is the user's, followed by those of its cause. */
  get frames(): readonly Frame[] {
    if (this.#frames) return this.#frames;
    const all = this.#error ? readFrames(this.#error) : [];
    this.#error = undefined;
    this.#innermost = all[0]?.author;
    this.#isOfTheTool = all.find(({ author }) => author !== 'node' && author !== 'engine')?.author === 'tool';
    this.#constructors = all.filter((frame) => frame.isConstructor);
    const own = all.filter((frame) => frame.author !== 'tool' && !frame.isImplicit);
    this.#frames = own;
    const cause = this.#cause;
    this.#cause = undefined;
    if (!cause || own.some(isTheUsers)) return own;
    if (!cause.isOfHandle) this.#frames = [...own, ...shortened(cause.frames)];
    // of a chain of handles, as of a timer that sets itself anew, only one with the user's line is kept
    const hasLine = cause.frames.some(isTheUsers);
    this.#handle = cause.isOfHandle && (hasLine || !cause.#handle) ? cause : cause.#handle;
    return this.#frames;
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
    return this.story.find(isTheUsers) ?? this.frames.find(({ author }) => author === 'package');
  }

  /** The frames, followed by those of the handle that leads to the user's line. */
  get story(): readonly Frame[] {
    const { frames } = this;
    return this.#handle ? [...frames, ...this.#handle.story] : frames;
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

/** What pumps itself on, as a stream does, has a long way back: from so many on, the part before the user's line is left out. */
function shortened(frames: readonly Frame[]): readonly Frame[] {
  if (frames.length <= longestStory) return frames;
  const first = frames.findIndex(isTheUsers);
  return frames.slice(Math.max(first, 0), Math.max(first, 0) + longestStory);
}

function isTheUsers({ author }: Frame): boolean {
  return author === 'user';
}

/** The plain {@link Site} of a frame. */
export function siteOf(frame: Frame): Site {
  return { file: frame.file, line: frame.line, column: frame.column, function: frame.function };
}

/** A line of a file, to be compared. */
export function lineOf(site: Site): string {
  return `${site.file}:${site.line}`;
}

/** Whether both stand on the same line of the same file. */
export function sameLine(a: Site, b: Site): boolean {
  return a.line === b.line && a.file === b.file;
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
