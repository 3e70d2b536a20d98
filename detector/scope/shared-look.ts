import { now } from '../engine/real-clock.ts';
import type { Check } from '../causes/await-causes.ts';
import type { ListeningTo } from '../probes/probe.ts';
import { collectGarbage } from '../engine/gc.ts';
import type { Leftover, ProbeName } from '../probes/probe.ts';
import { rootsOf } from '../causes/resource-causes.ts';
import { someTurns } from '../engine/settle.ts';
import type { Suspect, Watch } from '../probes/probe-set.ts';

/** Everything that all scopes have left at one moment. */
export interface Look {
  readonly roots: readonly Leftover[];
  /** Things without a stack. */
  readonly suspects: readonly Suspect[];
}

/** A look that checks at the same time may share. */
interface Kept extends Look {
  readonly from: number;
  readonly until: number;
  /** The number of openings and closings that had ended by then. */
  readonly arrivals: number;
  /** The names of the probes that were not asked. */
  readonly without: string;
}

/**
 * The looks at what is left, shared by all scopes that are checked at the same time.
 *
 * Only a view of everything that is open tells causes from consequences, and that view is dear: a hundred scopes
 * that are checked together share one look and one collection.
 */
export class Looks {
  readonly #watch: Watch;
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
  constructor(watch: Watch, checks: Iterable<Check>, oldest: () => number) {
    this.#watch = watch;
    this.#checks = checks;
    this.#oldest = oldest;
    this.#listeningTo = (target) => watch.listeners.listeningTo(target);
  }

  /** Looks at this moment, with all probes but some. */
  now(without: ReadonlySet<ProbeName>): Look {
    const from = now();
    const oldest = this.#oldest();
    const { isUnsure } = this.#watch;
    const gathered = this.#watch.gather(({ serial }) => serial > oldest, without);
    const roots = rootsOf(gathered, this.#listeningTo, this.#checks);
    const taken = now();
    this.#last = {
      roots,
      suspects: gathered.suspects,
      from,
      // one that has taken long serves the others as long again
      until: isUnsure ? from : taken + (taken - from),
      arrivals: this.#watch.arrivals,
      without: [...without].join(),
    };
    return this.#last;
  }

  /** Reports whether nothing is newer than `since`, a serial: most checks need no closer look. */
  isNothingSince(since: number, without: ReadonlySet<ProbeName>): boolean {
    const { resources, listeners, awaits, suspects } = this.#watch.gather(
      ({ serial }) => serial > since,
      without,
    );
    return resources.length + listeners.length + awaits.length + suspects.length === 0;
  }

  /** Returns the last look if it is not older than `since`, by {@link now}; else looks at this moment. */
  lately(since: number, without: ReadonlySet<ProbeName>): Look {
    const last = this.#last;
    const isGood =
      last &&
      last.from >= since &&
      now() < last.until &&
      // what was being opened is open by now
      last.arrivals === this.#watch.arrivals &&
      last.without === [...without].join();
    return isGood ? last : this.now(without);
  }

  /** Forgets the last look, and lets go of what it holds. */
  clear(): void {
    this.#last = undefined;
  }

  /** Collects all garbage that was let go before this call. */
  async collect(): Promise<void> {
    if (this.#collecting) {
      // the one under way has let go too early for us
      this.#nextCollection ??= this.#collecting.then(() => this.collect());
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

  async #collect(): Promise<void> {
    this.#watch.letGo();
    // a collected promise may have been the last to hold another; what the collector's own clean-up holds, a hook that
    // tells of a handle's end say, takes some turns more, on a busy machine another round
    for (let round = 0; round < 2 || (round < 4 && this.#watch.hasReachableWaits); round += 1) {
      await someTurns();
      // what a look has found it holds
      this.clear();
      collectGarbage();
    }
    // finalizers run in turns of their own, and fetch closes its socket some turns after it has lost a response
    await someTurns();
  }
}
