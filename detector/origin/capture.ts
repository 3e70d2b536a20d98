import { define, deleteProperty, descriptorOf, setProperty } from '../engine/intrinsics.ts';
import { now } from '../engine/real-clock.ts';
import { lineFrame, readFrames, type Author, type Frame } from './frame.ts';
import type { Site } from '../finding.ts';

// taken at load, before a test replaces them
const { Error } = globalThis;
const { captureStackTrace } = Error;

/** The time that stacks have cost in ms, counted while {@link stackCost.isMeasured}. */
export const stackCost = { isMeasured: false, ms: 0, stacks: 0 };

/** A function below which a stack begins. */
export type Callable = (...args: never[]) => unknown;

/** The links after which frames are read: a loop that awaits must not chain the stacks of all its rounds. */
const longestChain = 32;
/** The most frames that a stack takes from its cause. */
const longestStory = 80;

/**
 * A stack taken now and read later, if ever.
 *
 * An `Error` costs 6 µs while its stack is unread. An unread stack keeps alive the functions and receivers of its
 * frames, which the collector should be free to take: read {@link Capture.frames} of all survivors before a collection.
 */
export class Capture {
  #error: { stack?: unknown } | undefined;
  #frames: readonly Frame[] | undefined;
  #constructors: readonly Frame[] = [];
  #innermost: Author | undefined;
  #isOfTheTool = false;
  readonly #generation: number;
  /** The stack that scheduled the current turn: Node opens a file stream or a server one tick after the user's call. */
  #cause: Capture | undefined;
  /** The stack of the handle in whose callback this was taken, if no nearer line is the user's; set with the frames. */
  #handle: Capture | undefined;
  /** True if the stack made a timer, a socket or another handle, and did not merely schedule a turn. */
  isOfHandle = false;

  /**
   * @param depth frames kept at most
   * @param cause the stack that scheduled the current turn
   * @param below the function that takes the stack; frames begin below it
   */
  constructor(depth: number, cause?: Capture, below?: Callable) {
    this.#error = {};
    const from = stackCost.isMeasured ? now() : undefined;
    // reading the frames drops the chain of causes
    if (cause && cause.#generation >= longestChain) void cause.frames;
    this.#cause = cause;
    this.#generation = cause && cause.#cause ? cause.#generation + 1 : 0;
    const limit = descriptorOf(Error, 'stackTraceLimit');
    // a frozen Error keeps the program's own limit
    const isOurs = setProperty(Error, 'stackTraceLimit', depth);
    captureStackTrace(this.#error, below ?? Capture);
    if (from !== undefined) {
      stackCost.ms += now() - from;
      stackCost.stacks += 1;
    }
    if (!isOurs) return;
    // an assignment is much cheaper
    if (limit?.writable === true) setProperty(Error, 'stackTraceLimit', limit.value);
    else if (limit) define(Error, 'stackTraceLimit', limit);
    else deleteProperty(Error, 'stackTraceLimit');
  }

  /** Returns a stack of one known line, for when none could be taken. */
  static at({ file, line }: { readonly file: string; readonly line: number }): Capture {
    return Capture.of([lineFrame(file, line)]);
  }

  /** Returns a stack of known frames, innermost first. */
  static of(frames: readonly Frame[]): Capture {
    const capture = new Capture(0);
    capture.#error = undefined;
    capture.#frames = frames;
    return capture;
  }

  /** The frames, innermost first, without the tool's; followed by those of the cause if none is the user's. */
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
    // a chain of handles, such as a timer that sets itself anew, keeps only one with the user's line
    const hasLine = cause.frames.some(isTheUsers);
    this.#handle = cause.isOfHandle && (hasLine || !cause.#handle) ? cause : cause.#handle;
    return this.#frames;
  }

  /** The constructors that were running, including the implicit ones that V8 adds. */
  get constructors(): readonly Frame[] {
    void this.frames;
    return this.#constructors;
  }

  /** The author of the innermost frame, which may be the watching tool. */
  get innermost(): Author | undefined {
    void this.frames;
    return this.#innermost;
  }

  /** True if the watching tool itself made the captured call. */
  get isOfTheTool(): boolean {
    void this.frames;
    return this.#isOfTheTool;
  }

  /**
   * The user's line, in this stack or in that of its handle; or else the innermost line of a package.
   *
   * What a package sets up when its socket connects belongs to the call that asked for the socket.
   */
  get site(): Frame | undefined {
    return this.story.find(isTheUsers) ?? this.frames.find(({ author }) => author === 'package');
  }

  /** The frames, followed by those of the handle that leads to the user's line. */
  get story(): readonly Frame[] {
    const { frames } = this;
    return this.#handle ? [...frames, ...this.#handle.story] : frames;
  }

  /** The frame that called into Node: the first that is neither Node's nor the engine's. */
  get caller(): Frame | undefined {
    return this.frames.find((frame) => frame.author === 'user' || frame.author === 'package');
  }

  /** The files of Node between the resource and the caller, innermost first; they tell which API was called. */
  get apiFiles(): readonly string[] {
    const files: string[] = [];
    for (const frame of this.frames) {
      if (frame.author === 'node') files.push(frame.file);
      else if (frame.author !== 'engine') break;
    }
    return files;
  }
}

/** Shortens a long stack, such as that of a stream that pumps itself on, to begin at the user's line. */
function shortened(frames: readonly Frame[]): readonly Frame[] {
  if (frames.length <= longestStory) return frames;
  const first = frames.findIndex(isTheUsers);
  return frames.slice(Math.max(first, 0), Math.max(first, 0) + longestStory);
}

function isTheUsers({ author }: Frame): boolean {
  return author === 'user';
}

/** Returns the plain {@link Site} of a frame. */
export function siteOf(frame: Frame): Site {
  return { file: frame.file, line: frame.line, column: frame.column, function: frame.function };
}

/** Returns the file and line of a site as one string, for comparisons. */
export function lineOf(site: Site): string {
  return `${site.file}:${site.line}`;
}

/** Reports whether two sites are on the same line of the same file. */
export function sameLine(a: Site, b: Site): boolean {
  return a.line === b.line && a.file === b.file;
}
