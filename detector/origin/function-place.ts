import { WeakMap } from '../engine/intrinsics.ts';
import { frameOf, pathOf, type Frame } from './frame.ts';
import { locationOf } from './function-location.ts';

/** The place of a function as a call site: on its prototype are the methods that mapping tools copy. */
class FunctionSite {
  readonly #url: string;
  readonly #name: string;
  readonly #line: number;
  readonly #column: number;

  constructor(url: string, name: string, line: number, column: number) {
    this.#url = url;
    this.#name = name;
    this.#line = line;
    this.#column = column;
  }

  getFileName(): string {
    return this.#url;
  }
  getScriptNameOrSourceURL(): string {
    return this.#url;
  }
  getLineNumber(): number {
    return this.#line;
  }
  getColumnNumber(): number {
    return this.#column;
  }
  getFunctionName(): string | null {
    return this.#name === '' ? null : this.#name;
  }
  getMethodName(): null {
    return null;
  }
  getTypeName(): null {
    return null;
  }
  getThis(): undefined {
    return undefined;
  }
  getFunction(): undefined {
    return undefined;
  }
  getEvalOrigin(): undefined {
    return undefined;
  }
  getScriptHash(): string {
    return '';
  }
  getEnclosingLineNumber(): number {
    return this.#line;
  }
  getEnclosingColumnNumber(): number {
    return this.#column;
  }
  getPosition(): number {
    return 0;
  }
  getPromiseIndex(): null {
    return null;
  }
  isAsync(): boolean {
    return false;
  }
  isConstructor(): boolean {
    return false;
  }
  isEval(): boolean {
    return false;
  }
  isNative(): boolean {
    return false;
  }
  isPromiseAll(): boolean {
    return false;
  }
  isToplevel(): boolean {
    return true;
  }
  toString(): string {
    return `${this.#name || '<anonymous>'} (${this.#url}:${this.#line}:${this.#column})`;
  }
}

/** The functions looked up so far; `null` for one without a place. */
const known = new WeakMap<object, Frame | null>();

/**
 * Returns the place where a function is written; undefined if it is native or there is no inspector.
 *
 * The inspector alone knows it, and lists all scripts for that: some ms, for the first look at a function.
 */
export function placeOfFunction(of: object): Frame | undefined {
  let frame = known.get(of);
  if (frame === undefined) {
    frame = look(of) ?? null;
    known.set(of, frame);
  }
  return frame ?? undefined;
}

function look(of: object): Frame | undefined {
  const location = locationOf(of);
  if (!location) return undefined;
  const { url, line, column } = location;
  const name = 'name' in of && typeof of.name === 'string' ? of.name : '';
  // V8 names a script by its URL here and by its path on stacks, or the other way round; tools know one of the two
  const frames = [url, pathOf(url)].map((each) => frameOf(new FunctionSite(each, name, line, column)));
  return frames.find((frame) => frame.line !== line || frame.column !== column) ?? frames[0];
}
