import { Guard } from '../engine/guard.ts';
import { Set } from '../engine/intrinsics.ts';
import type { ScheduledBy } from '../origin/scheduled-by.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture, type Callable } from '../origin/capture.ts';

/**
 * A resource that was lent and must be given back, such as a permit, a lock or a client of a pool.
 *
 * Declared by `using`, it is given back at the end of the block.
 *
 * @example
 * ```ts
 * import { find, track, type Lease } from 'leaklab';
 *
 * const { leaks } = await find(() => {
 *   const lease: Lease = track('permit');
 *   lease.touch();
 *   lease.release();
 * });
 * console.log(leaks.length); // 0
 * ```
 */
export interface Lease extends Disposable {
  /** Records this place as one that used the resource; a finding shows the first and the last of them. */
  touch(): void;
  /** Gives the resource back; a second call changes nothing. */
  release(): void;
}

interface Record extends Birth {
  readonly type: string;
  readonly capture: Capture;
  readonly touched: Capture[];
}

const depth = 24;
/** The number of places of use that are kept: the first and the last. */
const mostTouches = 4;

const untracked: Lease = {
  touch: () => {},
  release: () => {},
  [Symbol.dispose]: () => {},
};

let active: LeaseProbe | undefined;

/**
 * Begins a lease: it is a leak, at the line of this call, until it is released.
 *
 * For libraries that lend resources. Costs nothing while no scope is open. The idea is that of Netty's
 * ResourceLeakDetector.
 *
 * @param type the name of the resource, as users call it: `permit`, `pool client`
 * @example
 * ```ts
 * import { find, track } from 'leaklab';
 *
 * const { leaks } = await find(() => void track('permit'), { budget: 10 });
 * console.log(leaks[0]?.kind, leaks[0]?.type); // lease permit
 * ```
 */
export function track(type: string): Lease {
  return active?.acquire(type, track) ?? untracked;
}

/** The probe of leases that libraries report by {@link track} and that were not given back. */
export class LeaseProbe implements Probe {
  readonly name = 'leases';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(1000, 0.2);
  readonly #held = new Set<Record>();
  readonly #withoutStack = new Set<Birth>();
  readonly #scheduledBy: ScheduledBy;

  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  start(): void {
    // oxlint-disable-next-line typescript/no-this-alias -- a library that tracks a lease knows no scope
    active = this;
  }

  stop(): void {
    if (active === this) active = undefined;
    this.#held.clear();
    this.#withoutStack.clear();
  }

  readonly acquire = this.guard.hook((type: string, below: Callable): Lease => {
    const birth: Birth = { serial: nextSerial(), owner: currentOwner() };
    if (!this.allowance.take()) {
      this.#withoutStack.add(birth);
      const release = (): void => void this.#withoutStack.delete(birth);
      return { touch: () => {}, release, [Symbol.dispose]: release };
    }
    const capture = (from: Callable): Capture => new Capture(depth, this.#scheduledBy.current(), from);
    const record: Record = { ...birth, type, capture: capture(below), touched: [] };
    this.#held.add(record);
    const release = (): void => void this.#held.delete(record);
    const touch = this.guard.hook((): void => {
      if (record.touched.length >= mostTouches) record.touched.splice(1, 1);
      record.touched[record.touched.length] = capture(touch);
    });
    return { touch, release, [Symbol.dispose]: release };
  });

  left(window: Window): Leftover[] {
    for (const birth of this.#withoutStack) if (window.includes(birth)) window.suspect('lease', birth);
    return [...this.#held]
      .filter((record) => window.includes(record))
      .map(({ type, capture, owner, serial, touched }) => ({
        kind: 'lease',
        type,
        capture,
        owner,
        serial,
        evidence: 'alive',
        related: touched,
        facts: () => ({ touched: touched.length > 0 }),
      }));
  }

  letGo(): void {
    for (const { capture, touched } of this.#held) {
      for (const each of [capture, ...touched]) void each.frames;
    }
  }
}
