import { now } from '../engine/real-clock.ts';
import { awaitCauses } from '../causes/await-causes.ts';
import { isWithin, nextSerial, runAs, type Owner } from '../origin/owner.ts';
import { probeNames, type Leftover } from '../probes/probe.ts';
import { registry } from '../scope/registry.ts';
import { CallHistory } from './call-history.ts';
import { BlockedWait } from './blocked-wait.ts';
import { blockedAt, stuckAt, stuckSomewhere, timedOutAt } from './stuck-run.ts';
import type { TimeOut } from './time-outs.ts';

// taken at load, before the program installs fake ones
const { setInterval, clearInterval } = globalThis;

/** The time limits of further runs, in ms. */
export interface RunLimits {
  /** The longest time of one run; a run may also take ten times the longest before it. */
  readonly patience: number;
  /** The longest time of all further runs; default none. */
  readonly total?: number;
}

/** The options of further runs. */
interface FurtherRunOptions {
  readonly owner: Owner;
  readonly limits?: RunLimits;
  /** The calls of the first run, which has ended. */
  readonly first?: CallHistory;
}

const usualLimits: RunLimits = { patience: 10_000 };
/** The interval between looks at the time: turns are counted, so that a busy machine counts as an idle one. */
const tick = 50;
/** The times that a run may take longer than the longest before it. */
const slower = 10;
/** The time after which a run waits where the run before it waits, in ms. */
const soonStuck = 1000;

/** The number of runs after which a quick work is taken to need nothing that is limited. */
const mostRuns = 32;
/** The longest time for runs beyond those that judge memory, in ms. */
const useUpTime = 500;

/** The end of further runs by one that never ends, or ends by a time-out. */
export class RunNeverEnded extends Error {
  readonly leftovers: readonly Leftover[];

  constructor(leftovers: readonly Leftover[]) {
    super('a further run of the same work never ended, or timed out');
    this.leftovers = leftovers;
  }
}

/** The end of further runs that each end, and together take too long. */
export class RunsTooSlow extends Error {}

/**
 * The further runs of a work that leaked nothing.
 *
 * A run that never ends waits for what an earlier one kept, such as a permit, a lock or a client of a pool. The first
 * further run is watched, so that the line is known; if a later one never ends, another is watched, which waits there too.
 */
export class FurtherRuns {
  readonly #work: () => unknown;
  readonly #owner: Owner;
  readonly #limits: RunLimits;
  readonly #first: CallHistory;
  #runs = 1;
  /** The calls of the last run that was watched. */
  #calls = new CallHistory();
  #longest = 0;
  #spent = 0;

  constructor(
    work: () => unknown,
    { owner, limits = usualLimits, first = new CallHistory() }: FurtherRunOptions,
  ) {
    this.#work = work;
    this.#owner = owner;
    this.#limits = limits;
    this.#first = first;
  }

  /**
   * Runs the work once more.
   *
   * @throws {@link RunNeverEnded}, {@link RunsTooSlow}, and what the work throws
   */
  async run(): Promise<void> {
    this.#runs += 1;
    const { patience, total = Infinity } = this.#limits;
    const enough = Math.max(patience, this.#longest * slower);
    const limit = Math.min(enough, total - this.#spent);
    if (this.#runs === 2) await this.#withTimeOuts(() => this.#watched(limit));
    else if (!(await this.#endsUnwatched(limit))) {
      if (limit < this.#longest * slower) throw new RunsTooSlow(`further runs took longer than ${total} ms`);
      await this.#watched(soonStuck, true);
      throw new RunNeverEnded(stuckSomewhere(undefined, this.#about));
    }
  }

  /**
   * Runs a quick work some more times, until one waits for what all before it have used up.
   *
   * @throws {@link RunNeverEnded}, but nothing that the work throws
   */
  async useUp(): Promise<void> {
    const end = now() + useUpTime;
    try {
      while (this.#runs < mostRuns && now() < end) await this.run();
    } catch (error) {
      if (error instanceof RunNeverEnded) throw error;
    }
  }

  /** Runs the work without probes; if it fails, another is watched, which may show a time-out. */
  async #endsUnwatched(limit: number): Promise<boolean> {
    try {
      return await this.#ends(this.#work, limit);
    } catch (error) {
      if (error instanceof RunNeverEnded) throw error;
      await this.#withTimeOuts(() => this.#watched(limit, true));
      throw error;
    }
  }

  get #about(): { readonly owner: Owner; readonly run: number; readonly first: CallHistory } {
    return { owner: this.#owner, run: this.#runs, first: this.#first };
  }

  /**
   * Runs the work watched, and once more if it ended by a time-out: a lock that an earlier run kept times out again.
   *
   * @throws {@link RunNeverEnded}, and what the work throws
   */
  async #withTimeOuts(watched: () => Promise<void>): Promise<void> {
    try {
      await watched();
    } catch (error) {
      if (error instanceof RunNeverEnded || this.#newTimeOuts.length === 0) throw error;
    }
    if (this.#newTimeOuts.length === 0) return;
    this.#runs += 1;
    try {
      await watched();
    } catch (error) {
      if (error instanceof RunNeverEnded || this.#newTimeOuts.length === 0) throw error;
    }
    const timeOuts = this.#newTimeOuts;
    if (timeOuts.length > 0) throw new RunNeverEnded(timedOutAt(timeOuts, this.#about));
  }

  /** The time-outs of the last watched run at lines that had none in the first, if its outcome is another. */
  get #newTimeOuts(): readonly TimeOut[] {
    if (this.#first.outcome === undefined || this.#first.outcome === this.#calls.outcome) return [];
    const usual = new Set(this.#first.timeOuts.ofTheProgram.map(({ made }) => made.site?.place));
    return this.#calls.timeOuts.ofTheProgram.filter(({ made }) => made.site && !usual.has(made.site.place));
  }

  /**
   * Runs the work under the probes that see its waits.
   *
   * @param isAwake keeps the loop alive, for a run after the loop was empty once: Node then ends the process
   */
  async #watched(limit: number, isAwake = false): Promise<void> {
    const { watch } = registry;
    const owner: Owner = { name: this.#owner.name };
    const own = new Set(['awaits', 'listeners', 'handles']);
    const watching = {
      level: 'full',
      without: new Set(probeNames.filter((name) => !own.has(name))),
    } as const;
    const calls = new CallHistory();
    this.#calls = calls;
    watch.use(watching);
    watch.mark(nextSerial());
    try {
      if (await this.#ends(() => calls.during(() => runAs(owner, this.#work)), limit, isAwake)) return;
      const gathered = watch.gather((birth) => isWithin(birth.owner, owner), watching.without);
      const waits = awaitCauses(gathered.awaits, [], () => []);
      const opened = [...gathered.listeners, ...gathered.resources];
      throw new RunNeverEnded(
        waits.length > 0
          ? stuckAt(waits, opened, this.#about)
          : stuckSomewhere(calls.firstPending, this.#about),
      );
    } finally {
      calls.stop();
      watch.release(watching);
    }
  }

  /** Reports whether a run ends before the loop is empty and before the time is over. */
  async #ends(work: () => unknown, limit: number, isAwake = false): Promise<boolean> {
    const blocked = new BlockedWait();
    blocked.start(limit);
    try {
      return await this.#endsInTurns(async () => work(), limit, isAwake);
    } catch (error) {
      // the program may have wrapped the error that ended its wait
      throw blocked.capture ? new RunNeverEnded(blockedAt(blocked.capture, this.#about)) : error;
    } finally {
      blocked.stop();
    }
  }

  #endsInTurns(work: () => Promise<unknown>, limit: number, isAwake: boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let ms = 0;
      const timer = setInterval(() => {
        ms += tick;
        if (ms >= limit) giveUp();
      }, tick);
      // otherwise only the program keeps the process alive
      if (!isAwake) timer.unref();
      const stop = (): void => {
        clearInterval(timer);
        process.off('beforeExit', giveUp);
        this.#spent += ms;
      };
      const giveUp = (): void => {
        stop();
        resolve(false);
      };
      process.on('beforeExit', giveUp);
      const over = (): void => {
        stop();
        this.#longest = Math.max(this.#longest, ms);
        resolve(true);
      };
      work().then(over, (error: unknown) => {
        stop();
        // what the program threw, as it threw it
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(error);
      });
    });
  }
}
