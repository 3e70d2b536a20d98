import { syncBuiltinESMExports } from 'node:module';
import { Map, Set } from '../engine/intrinsics.ts';
import { ScheduledBy } from '../origin/scheduled-by.ts';
import { isWithin, lastActivity, type Owner } from '../origin/owner.ts';
import { whyNoStacks } from '../origin/frame.ts';
import { Patches } from '../engine/patches.ts';
import type { Level } from '../origin/level.ts';
import type { Birth, Leftover, Probe, ProbeName, Window } from './probe.ts';
import { AwaitProbe, type SuspendedAwait } from './awaits/awaits.ts';
import { DatabaseProbe } from './files/databases.ts';
import { DescriptorProbe } from './files/descriptors.ts';
import { DirectoryProbe } from './files/directories.ts';
import { EmitterBirths } from './listeners/emitter-births.ts';
import { HandleProbe } from './handles/handles.ts';
import { Holders } from './holders.ts';
import { LeaseProbe } from './leases.ts';
import { ListenerProbe } from './listeners/listeners.ts';
import { OrphanProbe } from './processes/orphans.ts';
import { RequestProbe } from './requests.ts';
import { SubscriptionProbe } from './listeners/subscriptions.ts';
import { TemporaryFolderProbe } from './files/temporary-folders.ts';
import { UnseenFileProbe } from './files/unseen-files.ts';
import { WebLockProbe } from './web-locks.ts';
import { WebStreamProbe } from './web-streams.ts';
import { callReal } from '../origin/real-call.ts';

/** Something open whose stack was not taken. */
export interface Suspect extends Birth {
  readonly type: string;
}

/** Everything still open in a window, by the kind of probe that saw it. */
export interface Gathered {
  /** Things without a stack, which cannot be judged. */
  readonly suspects: readonly Suspect[];
  readonly resources: readonly Leftover[];
  readonly listeners: readonly Leftover[];
  readonly awaits: readonly SuspendedAwait[];
}

/** The level and the probes that a scope asks for. */
export interface Watching {
  readonly level: Exclude<Level, 'counts'>;
  /** The probes that are switched off for the scope. */
  readonly without: ReadonlySet<ProbeName>;
}

/** A probe that failed, as a report names it. */
interface Failed {
  readonly probe: ProbeName;
  readonly error: string;
}

interface Failure extends Failed {
  /** The serial at which the probe started anew: later scopes don't report the failure. */
  readonly serial: number;
}

type Asked<Left> = Pick<Probe, 'name' | 'guard'> & { left(window: Window): Left[] };

/** The set of probes: shared by all scopes, started by the first and stopped with the last. */
export class ProbeSet {
  readonly #scheduledBy = new ScheduledBy();
  readonly #births = new EmitterBirths();
  readonly #handles: HandleProbe = new HandleProbe(this.#scheduledBy, this.#births, (socket) =>
    this.holders.isOfClosed(socket),
  );
  /** The packages' objects that hold what is still open. */
  readonly holders = new Holders(this.#births, this.#handles.guard);
  readonly #descriptors = new DescriptorProbe(this.#scheduledBy);
  readonly #databases = new DatabaseProbe(this.#scheduledBy);
  readonly #directories = new DirectoryProbe();
  readonly #unseenFiles = new UnseenFileProbe({
    isKnown: (fd) => this.#descriptors.isKnown(fd),
    paths: () => this.#databases.paths,
    folders: () => this.#directories.paths,
    hasWorkers: () => this.#handles.hasWorkers,
    isBusy: () => this.#handles.inTransit.isBusy,
  });
  readonly #resources: readonly Probe[] = [
    this.#handles,
    new OrphanProbe(this.#scheduledBy),
    new RequestProbe(this.#scheduledBy),
    this.#descriptors,
    this.#databases,
    this.#unseenFiles,
    this.#directories,
    new TemporaryFolderProbe(this.#scheduledBy),
    new WebStreamProbe(this.#births, (owner) => this.#handles.keptFor(owner)),
    new SubscriptionProbe(),
    new LeaseProbe(this.#scheduledBy),
    new WebLockProbe(this.#scheduledBy, (promise) => this.#awaits.madeAt(promise)),
  ];
  readonly #awaits = new AwaitProbe(this.#scheduledBy, (owner) => this.#isOfClosed(owner));
  readonly listeners = new ListenerProbe(this.#births, this.#scheduledBy, () => this.#awaits.isWatching);
  readonly #probes: readonly Probe[] = [...this.#resources, this.listeners, this.#awaits];
  readonly #allowances = [
    this.#scheduledBy.allowance,
    this.holders.allowance,
    ...this.#probes.flatMap(({ allowance }) => allowance ?? []),
  ];
  /** The failures of probes that have started anew since. */
  #failed: Failure[] = [];
  /** The levels and probes that the open scopes ask for. */
  readonly #uses = new Set<Watching>();
  /** The uses whose window is closed, with their owners. */
  readonly #closed = new Map<Watching, Owner>();
  readonly #atWork = new Set<Probe>();
  readonly #patches = new Patches();

  /**
   * Returns the probes that failed, for a scope.
   *
   * @param since the serial at which the scope began
   */
  failuresSince(since: number): Failed[] {
    const error = whyNoStacks();
    const failed = new Map<ProbeName, string>();
    for (const { probe, error: why, serial } of this.#failed) if (serial > since) failed.set(probe, why);
    for (const { name, guard } of this.#probes)
      if (guard.failure !== undefined) failed.set(name, guard.failure);
    if (error !== undefined) for (const { name } of this.#atWork) failed.set(name, error);
    return [...failed].map(([probe, why]) => ({ probe, error: why }));
  }

  /** Starts anew what failed: an earlier scope reports the failure, and the next one begins afresh. */
  #restartFailed(): void {
    for (const probe of this.#probes) {
      const { failure } = probe.guard;
      if (failure === undefined) continue;
      this.#failed.push({ probe: probe.name, error: failure, serial: lastActivity() });
      probe.guard.reset();
      if (this.#atWork.delete(probe)) probe.guard.run(() => probe.stop(), undefined);
      probe.guard.reset();
    }
  }

  /**
   * Puts the probes' stand-ins in place for good, so that functions of Node that the program takes from now on, before
   * its first scope, are watched in every scope.
   *
   * @param without probes that are not wanted
   */
  preload(without: ReadonlySet<ProbeName>): void {
    for (const probe of this.#resources) {
      if (!without.has(probe.name)) probe.guard.run(() => probe.preload?.(), undefined);
    }
    this.#unseenFiles.isPreloaded = true;
    syncBuiltinESMExports();
  }

  /** Starts the probes of a new scope; while a scope of level `full` is open, every scope gets unlimited stacks. */
  use(watching: Watching): void {
    if (this.#uses.size === 0) this.#begin();
    this.#uses.add(watching);
    this.#restartFailed();
    this.allow();
    this.#startWanted();
    const has = ({ name, guard }: Probe): boolean =>
      !watching.without.has(name) && guard.failure === undefined;
    if (has(this.#unseenFiles))
      this.#unseenFiles.guard.run(() => this.#unseenFiles.began(watching.level), undefined);
    // it may have stopped for want of stacks
    if (watching.level !== 'full' && has(this.#awaits))
      this.#awaits.guard.run(() => this.#awaits.start(), undefined);
  }

  /** Allows new stacks, for a scope that begins or that could not judge something. */
  allow(): void {
    const isUnlimited = this.#isAny((each) => each.level === 'full' && !this.#closed.has(each));
    const scopes = Math.max(this.#uses.size - this.#closed.size, 1);
    for (const allowance of this.#allowances) {
      allowance.isUnlimited = isUnlimited;
      allowance.refill(scopes);
    }
  }

  /**
   * Closes the window of a scope that is judged later: it brings no more stacks, and its timers are judged by the time
   * they have left now.
   *
   * @param budget the time in ms for timers that are about to fire
   */
  close(watching: Watching, owner: Owner, includes: Window['includes'], budget: number): void {
    this.#closed.set(watching, owner);
    this.#handles.guard.run(() => this.#handles.noteLateTimers(includes, budget), undefined);
  }

  /**
   * Keeps the program's unref'd timers from calling back, for turns of the loop that the program would not make.
   *
   * @returns a function that lets them; undefined if the timers are not known
   */
  holdTimers(): (() => void) | undefined {
    if (!this.#atWork.has(this.#handles) || this.#handles.guard.failure !== undefined) return undefined;
    return this.#handles.guard.run(() => this.#handles.holdTimers(), undefined);
  }

  #isOfClosed(owner: Owner | undefined): boolean {
    if (this.#closed.size === 0) return false;
    return [...this.#closed.values()].some((each) => isWithin(owner, each));
  }

  /** Counts event targets made from now on as younger than every open scope. */
  mark(serial: number): void {
    this.listeners.newestMark = serial;
  }

  #begin(): void {
    // Node opens them on first use, and they would look as if the program had opened them
    void process.stdout;
    void process.stderr;
    this.#births.start();
    this.#letGoAtCollections();
    this.#failed = [];
  }

  /** Lets go before each collection that the program asks for, which then takes what it would take without us. */
  #letGoAtCollections(): void {
    if (typeof globalThis.gc !== 'function') return;
    const letGo = this.#handles.guard.hook(() => this.letGo());
    this.#patches.method(globalThis, 'gc', (real) => {
      return function gc(this: unknown, ...args: unknown[]): unknown {
        letGo();
        return callReal(real, this, args);
      };
    });
  }

  /** Starts the probes that some scope asks for and that are not running yet. */
  #startWanted(): void {
    let hasStarted = false;
    for (const probe of this.#probes) {
      if (this.#atWork.has(probe) || !this.#isWanted(probe)) continue;
      hasStarted = true;
      this.#atWork.add(probe);
      probe.guard.run(() => probe.start(), undefined);
      // it may have patched something before it failed
      if (probe.guard.failure !== undefined) probe.guard.run(() => probe.stop(), undefined);
    }
    // so that `import { open } from 'node:fs'` gives the patched function too
    if (hasStarted) syncBuiltinESMExports();
  }

  #isWanted({ name }: Probe): boolean {
    return this.#isAny(({ without }) => !without.has(name));
  }

  #isAny(test: (watching: Watching) => boolean): boolean {
    for (const watching of this.#uses) if (test(watching)) return true;
    return false;
  }

  release(watching: Watching): void {
    this.#uses.delete(watching);
    if (this.#closed.delete(watching) && this.#closed.size === 0) this.#handles.forgetFired();
    const isLast = this.#uses.size === 0;
    let hasStopped = false;
    // a suite of tests asks for nothing else
    const areAllWanted = this.#isAny(({ without }) => without.size === 0);
    for (const probe of areAllWanted ? [] : this.#probes.toReversed()) {
      if (!this.#atWork.has(probe) || this.#isWanted(probe)) continue;
      hasStopped = true;
      this.#atWork.delete(probe);
      probe.guard.run(() => probe.stop(), undefined);
    }
    if (isLast) {
      this.#births.stop();
      this.#patches.undo();
      this.holders.stop();
    } else this.allow();
    if (hasStopped) syncBuiltinESMExports();
  }

  /**
   * Asks the probes for what is still open.
   *
   * @param without probes that are not asked, even if another scope uses them
   */
  gather(includes: Window['includes'], without: ReadonlySet<ProbeName>): Gathered {
    const suspects: Suspect[] = [];
    const suspect = (type: string, birth: Birth): void => void suspects.push({ ...birth, type });
    const window: Window = { includes, suspect };
    const left = <Left>(probe: Asked<Left>): Left[] =>
      without.has(probe.name) || probe.guard.failure !== undefined
        ? []
        : probe.guard.run(() => probe.left(window), []);
    return {
      suspects,
      resources: this.#resources.flatMap((probe) => left(probe)),
      listeners: left(this.listeners),
      awaits: left(this.#awaits),
    };
  }

  /** Reports whether a connection is open that a pool lent in a window. */
  hasLent(includes: Window['includes']): boolean {
    return this.#handles.guard.run(() => this.#handles.hasLent(includes), false);
  }

  /** True while something is being opened or closed: what stays open is not known yet. */
  get isBusy(): boolean {
    return this.#handles.inTransit.isBusy || this.isUnsure;
  }

  /** True while a file is too new to be reported. */
  get isUnsure(): boolean {
    return this.#unseenFiles.isUnsure;
  }

  /** The number of openings and closings that have ended. */
  get arrivals(): number {
    return this.#handles.inTransit.arrivals;
  }

  /** The serial at which watching of suspended functions last paused; 0 if it never did. */
  get awaitsMissedAt(): number {
    return this.#awaits.withdrewAt;
  }

  /** True while a function waits for a promise that has not been collected. */
  get hasReachableWaits(): boolean {
    return this.#awaits.hasReachable;
  }

  /** Drops strong references that the probes can do without; called before a collection. */
  letGo(): void {
    this.#scheduledBy.letGo();
    this.holders.letGo();
    for (const probe of this.#probes) probe.guard.run(() => probe.letGo?.(), undefined);
  }
}
