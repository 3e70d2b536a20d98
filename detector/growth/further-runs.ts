import { awaitCauses } from '../causes/await-causes.ts';
import { isWithin, nextSerial, runAs, type Owner } from '../origin/owner.ts';
import { probeNames, type Leftover } from '../probes/probe.ts';
import { registry } from '../scope/registry.ts';
import { CallHistory } from './call-history.ts';
import { BlockedWait } from './blocked-wait.ts';
import { blockedAt, stuckAt, stuckSomewhere } from './stuck-run.ts';

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

/** The end of further runs by one that never ends. */
export class RunNeverEnded extends Error {
  readonly leftovers: readonly Leftover[];

  constructor(leftovers: readonly Leftover[]) {
    super('a further run of the same work never ended');
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
    if (this.#runs === 2) await this.#watched(limit);
    else if (!(await this.#ends(this.#work, limit))) {
      if (limit < this.#longest * slower) throw new RunsTooSlow(`further runs took longer than ${total} ms`);
      await this.#watched(soonStuck, true);
      throw new RunNeverEnded(stuckSomewhere(undefined, this.#about));
    }
  }

  get #about(): { readonly owner: Owner; readonly run: number; readonly first: CallHistory } {
    return { owner: this.#owner, run: this.#runs, first: this.#first };
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
    watch.use(watching);
    watch.mark(nextSerial());
    calls.start();
    try {
      if (await this.#ends(() => runAs(owner, this.#work), limit, isAwake)) return;
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
