import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRecord } from '../../rules/record.ts';
import type { CircusHandler, CircusState } from './circus-types.ts';

const { cache } = createRequire(import.meta.url);

/** The parts of jest's runtime that are used here; it loads the modules of one file of tests. */
interface Runtime {
  getGlobalsForCjs(from: string): unknown;
  /** The modules of jest itself in the realm of the file. */
  readonly _internalModuleRegistry: ReadonlyMap<string, { readonly exports: unknown }>;
}

/** The module of jest-circus that has its handlers and its state, up to jest 29. */
interface CircusModule {
  addEventHandler(handler: CircusHandler): void;
  getState(): CircusState;
}

/** The jest-circus that runs a file of tests. */
export interface Circus {
  /** The handlers of its events, in the order in which it calls them. */
  readonly handlers: CircusHandler[];
  /** Its state while tests are declared; known up to jest 29. */
  readonly state?: CircusState;
}

/**
 * Finds the jest-circus that runs the tests of a realm.
 *
 * @param realm the global object of the tests
 * @param load imports `@jest/globals` in it
 * @throws Error if another test runner, or an older jest, runs them
 */
export function circusOf(realm: object, load: () => unknown): Circus {
  const shared: unknown = Reflect.get(realm, Symbol.for('EVENT_HANDLERS'));
  if (Array.isArray(shared)) return { handlers: shared as CircusHandler[] };
  // up to jest 29 only the modules of jest-circus know the handlers
  const modules = [...(runtimeOf(load)?._internalModuleRegistry.values() ?? [])];
  const circus = modules.map(({ exports }) => exports).find(isCircus);
  const handlers = circus && handlersOf(circus);
  if (!handlers) throw unsupported(realm);
  return { handlers, state: circus.getState() };
}

/** Returns jest's runtime of a realm: it is `this` of the method that answers `load`. */
function runtimeOf(load: () => unknown): Runtime | undefined {
  const found: Runtime[] = [];
  const changed = runtimeFiles().flatMap((file) => {
    const exports: unknown = cache[file]?.exports;
    const type: unknown = isRecord(exports) ? exports['default'] : exports;
    const prototype: unknown = typeof type === 'function' ? type.prototype : undefined;
    return isRuntime(prototype) ? [{ prototype, original: prototype.getGlobalsForCjs }] : [];
  });
  if (changed.length === 0) return undefined;
  for (const { prototype, original } of changed) {
    prototype.getGlobalsForCjs = function (from) {
      found.push(this);
      return original.call(this, from);
    };
  }
  try {
    load();
  } finally {
    for (const { prototype, original } of changed) prototype.getGlobalsForCjs = original;
  }
  return found[0];
}

/** Returns the modules of jest-runtime that this process has loaded. */
function runtimeFiles(): string[] {
  return Object.keys(cache).filter((file) => /[\\/]jest-runtime[\\/]build[\\/]index\.js$/.test(file));
}

function isRuntime(value: unknown): value is Runtime {
  return isRecord(value) && typeof value['getGlobalsForCjs'] === 'function';
}

function isCircus(value: unknown): value is CircusModule {
  return (
    isRecord(value) &&
    typeof value['addEventHandler'] === 'function' &&
    typeof value['getState'] === 'function'
  );
}

/** Returns the list of handlers, which jest-circus shows only to the method that adds one. */
function handlersOf({ addEventHandler, getState }: CircusModule): CircusHandler[] | undefined {
  const arrays = Object.getPrototypeOf(getState().unhandledErrors) as unknown[];
  const { push } = arrays;
  const lists: CircusHandler[][] = [];
  arrays.push = function (this: CircusHandler[]) {
    return lists.unshift(this);
  };
  try {
    addEventHandler(() => {});
  } finally {
    arrays.push = push;
  }
  return lists[0];
}

/** Returns an error that says what is needed; a stack would add nothing. */
function unsupported(realm: object): Error {
  const [file] = runtimeFiles();
  const version = file === undefined ? undefined : versionOf(file);
  const jest = version === undefined ? 'jest' : `jest ${version}`;
  const runner = Reflect.has(realm, 'jasmine') ? 'jest-jasmine2' : 'another test runner';
  const isOld = Number.parseInt(version ?? '', 10) < 27;
  const next = isOld ? 'update jest' : "remove `testRunner` from jest's configuration";
  const error = new Error(
    `leaklab/jest needs jest 27 or later with its own test runner, jest-circus; ${jest} runs this file in ${runner}: ${next}`,
  );
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** Returns the version of jest's packages, given a module of one. */
function versionOf(file: string): string | undefined {
  const { version } = JSON.parse(readFileSync(join(dirname(file), '../package.json'), 'utf8')) as {
    readonly version?: string;
  };
  return version;
}
