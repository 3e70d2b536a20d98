import { now } from '../engine/real-clock.ts';
import type { Check } from '../causes/await-causes.ts';
import type { ListeningTo } from '../probes/probe.ts';
import { collectGarbage } from '../engine/gc.ts';
import { chain } from '../engine/intrinsics.ts';
import type { Leftover, ProbeName, Window } from '../probes/probe.ts';
import { causesOf } from '../causes/resource-causes.ts';
import { someTurns } from '../engine/settle.ts';
import type { Suspect, ProbeSet } from '../probes/probe-set.ts';

/** The leftovers of all scopes at one moment. */
export interface Look {
  readonly roots: readonly Leftover[];
  /** The resources without a stack. */
  readonly suspects: readonly Suspect[];
}

/** A cheap view, which doesn't tell causes from consequences. */
export interface Unsorted {
  readonly left: readonly Leftover[];
  readonly suspects: readonly Suspect[];
}

/** A look that simultaneous checks may share. */
interface Kept extends Look {
  readonly from: number;
  readonly until: number;
  /** The number of openings and closings that had ended when the look was taken. */
  readonly arrivals: number;
  /** The names of the probes that were not asked. */
  readonly without: string;
}

/**
 * The looks at all leftovers, shared by scopes that are checked at the same time.
 *
 * Only a view of everything that is open tells causes from consequences, and that view is expensive: a hundred scopes
 * that are checked together share one look and one collection.
 */
export class SharedLook {
  readonly #watch: ProbeSet;
  readonly #checks: Iterable<Check>;
  readonly #oldest: () => number;
  readonly #listeningTo: ListeningTo;
  #last: Kept | undefined;
  #collecting: Promise<void> | undefined;
  #nextCollection: Promise<void> | undefined;

  /**
   * @param checks the checks under way
   * @param oldest returns the serial at which the oldest open scope began
   */
  constructor(watch: ProbeSet, checks: Iterable<Check>, oldest: () => number) {
    this.#watch = watch;
    this.#checks = checks;
    this.#oldest = oldest;
    this.#listeningTo = (target) => watch.listeners.listeningTo(target);
  }

  /** Looks at all leftovers now, with all probes but `without`. */
  now(without: ReadonlySet<ProbeName>): Look {
    const from = now();
    const oldest = this.#oldest();
    const { isUnsure } = this.#watch;
    const gathered = this.#watch.gather(({ serial }) => serial > oldest, without);
    const roots = causesOf(gathered, this.#listeningTo, this.#checks);
    const taken = now();
    this.#last = {
      roots,
      suspects: gathered.suspects,
      from,
      // a slow look may be shared for as long as it took
      until: isUnsure ? from : taken + (taken - from),
      arrivals: this.#watch.arrivals,
      without: [...without].join(),
    };
    return this.#last;
  }

  /** Reports whether nothing is newer than the serial `since`: most checks need no closer look. */
  isNothingSince(since: number, without: ReadonlySet<ProbeName>): boolean {
    const { left, suspects } = this.unsorted(({ serial }) => serial > since, without);
    return left.length + suspects.length === 0;
  }

  /** Returns what is there, causes and consequences alike. */
  unsorted(includes: Window['includes'], without: ReadonlySet<ProbeName>): Unsorted {
    const { resources, listeners, awaits, suspects } = this.#watch.gather(includes, without);
    return { left: [...resources, ...listeners, ...awaits], suspects };
  }

  /** Returns the last look if it is not older than `since`, by {@link now}; otherwise looks now. */
  lately(since: number, without: ReadonlySet<ProbeName>): Look {
    const last = this.#last;
    const isGood =
      last &&
      last.from >= since &&
      now() < last.until &&
      // nothing finished opening or closing since
      last.arrivals === this.#watch.arrivals &&
      last.without === [...without].join();
    return isGood ? last : this.now(without);
  }

  /** Forgets the last look, and releases what it holds. */
  clear(): void {
    this.#last = undefined;
  }

  /** Collects all garbage that was released before this call. */
  async collect(): Promise<void> {
    if (this.#collecting) {
      // the collection under way began before this call
      this.#nextCollection ??= chain(this.#collecting, () => this.collect());
      return this.#nextCollection;
    }
    this.#nextCollection = undefined;
    this.#collecting = this.#collect();
    try {
      return await this.#collecting;
    } finally {
      this.#collecting = undefined;
    }
  }

  /** Collects what a single collection frees, which {@link collect} makes sure of. */
  async collectOnce(): Promise<void> {
    this.#watch.letGo();
    await this.#round();
    await someTurns();
  }

  async #round(): Promise<void> {
    await someTurns();
    // a look holds what it found
    this.clear();
    collectGarbage();
  }

  async #collect(): Promise<void> {
    this.#watch.letGo();
    // a collected promise may have been the last holder of another; objects that the collector's clean-up holds, such as
    // a hook for the end of a handle, take more turns, and on a busy machine another round
    for (let round = 0; round < 2 || (round < 4 && this.#watch.hasReachableWaits); round += 1) {
      await this.#round();
    }
    // finalizers run in later turns, and fetch closes the socket of a collected response some turns later still
    await someTurns();
  }
}
