import { causesOf } from '../causes/resource-causes.ts';
import { onePerCall } from '../causes/one-per-call.ts';
import { Map, Set } from '../engine/intrinsics.ts';
import { nextSerial, type Owner } from '../origin/owner.ts';
import { probeNames, type Leftover, type ProbeName } from '../probes/probe.ts';
import type { Watching } from '../probes/probe-set.ts';
import { registry } from '../scope/registry.ts';

/** Something that is still open a window after it was made. */
export interface Survivor {
  readonly leftover: Leftover;
  /** The number of things that it stands for: for each with a stack, some have none. */
  readonly weight: number;
}

/** A sample: the probes of some mechanisms are on, and stacks are taken within their allowances. */
export class Sample {
  readonly #owner: Owner = { name: 'watch' };
  readonly #watching: Watching;
  readonly #since = nextSerial();
  /** The serial at the end of the last window: what is older has outlived one. */
  #windowEnd = this.#since;

  /** @param probes the probes that are switched on */
  constructor(probes: ReadonlySet<ProbeName>) {
    this.#watching = { level: 'light', without: new Set(probeNames.filter((name) => !probes.has(name))) };
    registry.beginnings.set(this.#owner, this.#since);
    registry.watch.use(this.#watching);
    registry.watch.mark(this.#since);
  }

  /** Ends a window, and returns what was made before it and is still open. */
  endWindow(): Survivor[] {
    const until = this.#windowEnd;
    this.#windowEnd = nextSerial();
    const { watch } = registry;
    const gathered = watch.gather(
      ({ serial }) => serial > this.#since && serial <= until,
      this.#watching.without,
    );
    const causes = causesOf(gathered, (target) => watch.listeners.listeningTo(target));
    const left = onePerCall(watch.holders.adopt(causes.filter((each) => this.#isJudged(each))));
    const unseen = countBy(gathered.suspects.map(({ type }) => type));
    const seen = countBy(gathered.resources.concat(gathered.listeners).map(suspectedAs));
    return left.map((leftover) => {
      const type = suspectedAs(leftover);
      const without = unseen.get(type) ?? 0;
      const stacks = seen.get(type) ?? 0;
      return { leftover, weight: stacks === 0 ? 1 : (stacks + without) / stacks };
    });
  }

  /** The failures of probes, in words. */
  get failures(): readonly string[] {
    return registry.watch.failuresSince(this.#since).map(({ probe, error }) => `${probe}: ${error}`);
  }

  /** Switches the probes off. */
  stop(): void {
    registry.beginnings.delete(this.#owner);
    registry.looks.clear();
    registry.watch.release(this.#watching);
  }

  /** Reports whether a leftover is a leak if it stays: listeners must be on a target older than the sample. */
  #isJudged({ targetBorn, serial, wasThere }: Leftover): boolean {
    if (targetBorn === undefined) return true;
    return targetBorn < this.#since && serial >= this.#since && wasThere?.(this.#since) !== true;
  }
}

/** Returns the type under which a probe notes a thing like this without a stack. */
function suspectedAs({ kind, type }: Leftover): string {
  if (kind === 'listener') return `listener of ${type}`;
  return kind === 'request' && (type === 'fetch' || type === 'undici' || type === 'ClientRequest')
    ? 'request'
    : type;
}

function countBy(types: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
