import { syncBuiltinESMExports } from 'node:module';
import type { DatabaseSync } from 'node:sqlite';
import { Guard } from '../../engine/guard.ts';
import { define, deleteProperty, descriptorOf, getProperty, Map } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { callReal, constructReal } from '../../origin/real-call.ts';

interface Opened extends Birth {
  readonly capture: Capture;
}

const depth = 40;

/**
 * The probe of `node:sqlite` databases that stay open on a file.
 *
 * SQLite opens its files in native code, up to three for a database, so the constructor and `open` are patched and the
 * database is asked. Loading the module would print its warning, so a hook on module resolution patches the module
 * when the program asks for it.
 *
 * Does not see the class if the program took it by `process.getBuiltinModule`, or before the first scope without a
 * preload: `syncBuiltinESMExports` skips modules that need the `node:` prefix. Nor databases in memory: they hold no
 * descriptor.
 */
export class DatabaseProbe implements Probe {
  readonly name = 'databases';
  readonly guard = new Guard();
  /** Held strongly, so that our collections close no database that the program forgot. */
  readonly #opened = new Map<DatabaseSync, Opened>();
  readonly #scheduledBy: ScheduledBy;
  readonly #patches = new Patches();
  #hooks: { deregister(): void } | undefined;
  #real: typeof DatabaseSync | undefined;
  /** The class that stands in for the real one, for all scopes: a module that imported it keeps it. */
  #watched: typeof DatabaseSync | undefined;
  /** The traps of that class: none while no scope is open. */
  readonly #traps: ProxyHandler<typeof DatabaseSync> = Object.create(null) as object;
  #isAtWork = false;
  /** True once the class stays in place between scopes. */
  #isKept = false;

  /** @param scheduledBy says what scheduled the current turn */
  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  preload(): void {
    this.#isKept = true;
    if (isLoaded()) this.#replaceClass();
    else this.#untilLoaded();
  }

  start(): void {
    this.#isAtWork = true;
    if (isLoaded()) this.#patch();
    else this.#untilLoaded();
  }

  stop(): void {
    this.#isAtWork = false;
    if (!this.#isKept) this.#unhook();
    deleteProperty(this.#traps, 'construct');
    this.#patches.undo();
    this.#opened.clear();
  }

  /** Waits for the program to ask for the module. */
  #untilLoaded(): void {
    // the `node:module` that test runners give to their files lacks `registerHooks`
    this.#hooks ??= process.getBuiltinModule('node:module').registerHooks({
      resolve: (specifier, context, nextResolve) => {
        const resolved = callReal(nextResolve, undefined, [specifier, context]) as ReturnType<
          typeof nextResolve
        >;
        if (resolved.url === 'node:sqlite') {
          this.#unhook();
          if (this.#isAtWork) this.#patch();
          else this.#replaceClass();
        }
        return resolved;
      },
    });
  }

  #unhook(): void {
    this.#hooks?.deregister();
    this.#hooks = undefined;
  }

  #replaceClass(): typeof DatabaseSync {
    const sqlite = process.getBuiltinModule('node:sqlite');
    const real = (this.#real ??= sqlite.DatabaseSync);
    this.#watched ??= new Proxy(real, this.#traps);
    // the second so that `new DatabaseSync().constructor` is still DatabaseSync
    for (const [holder, name] of [
      [sqlite, 'DatabaseSync'],
      [real.prototype, 'constructor'],
    ] as const) {
      const before = descriptorOf(holder, name);
      if (!this.#isKept) this.#patches.property(holder, name, { value: this.#watched });
      else if (before?.value === real) define(holder, name, { ...before, value: this.#watched });
    }
    syncBuiltinESMExports();
    return real;
  }

  #patch(): void {
    const real = this.#replaceClass();
    const note = this.guard.hook((database: unknown, below: Callable): void => {
      if (!this.#isAtWork || !(database instanceof real) || !database.isOpen) return;
      for (const each of this.#opened.keys()) if (!each.isOpen) this.#opened.delete(each);
      const capture = new Capture(depth, this.#scheduledBy.current(), below);
      this.#opened.set(database, { capture, serial: nextSerial(), owner: currentOwner() });
    });
    const constructAndNote = (target: typeof real, args: unknown[], newTarget: unknown): object => {
      const database = constructReal(target, args, newTarget);
      note(database, constructAndNote);
      return database;
    };
    this.#traps.construct = constructAndNote;
    this.#patches.method(real.prototype, 'open', (open) => {
      return function openAndNote(this: unknown, ...args: unknown[]): unknown {
        const result = callReal(open, this, args);
        note(this, openAndNote);
        return result;
      };
    });
  }

  /** The paths of the open databases; descriptors whose path begins with one belong to its database. */
  get paths(): readonly string[] {
    return [...this.#opened.keys()].flatMap((database) => pathOf(database) ?? []);
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const [database, { capture, owner, serial }] of this.#opened) {
      const path = pathOf(database);
      if (path === undefined || !window.includes({ serial, owner })) continue;
      left.push({
        kind: 'fd',
        type: 'DatabaseSync',
        capture,
        owner,
        serial,
        evidence: 'alive',
        facts: () => ({ path }),
        subject: database,
      });
    }
    return left;
  }
}

function isLoaded(): boolean {
  const loaded: unknown = getProperty(process, 'moduleLoadList');
  return Array.isArray(loaded) && loaded.includes('NativeModule sqlite');
}

/** Returns the file of a database that is open on one. */
function pathOf(database: DatabaseSync): string | undefined {
  return database.isOpen ? (database.location() ?? undefined) : undefined;
}
