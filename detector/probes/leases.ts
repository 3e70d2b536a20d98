import type { Causes } from '../origin/scheduled-by.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture, type Callable } from '../origin/capture.ts';

/** Something lent that must be given back: a permit, a lock, a pool's client. */
export interface Lease extends Disposable {
  /** Notes a place where the lease is used; the report shows the first and the last few. */
  touch(): void;
  /** Gives the lease back; a second call does nothing. */
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
 * Reports a lease of a library to the detector: it is a leak until it is released.
 *
 * Costs nothing while no scope is open. The idea comes from Netty's ResourceLeakDetector.
 *
 * @param type the users' word for the lease, such as `permit` or `pool client`
 */
export function track(type: string): Lease {
  return active?.acquire(type, track) ?? untracked;
}

/** The probe of leases that libraries report by {@link track} and that were not given back. */
export class LeaseProbe implements Probe {
  readonly name = 'leases';
  readonly allowance = new StackAllowance(1000, 0.2);
  readonly #held = new Set<Record>();
  readonly #withoutStack = new Set<Birth>();
  readonly #causes: Causes;

  constructor(causes: Causes) {
    this.#causes = causes;
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

  acquire(type: string, below: Callable): Lease {
    const birth: Birth = { serial: nextSerial(), owner: currentOwner() };
    if (!this.allowance.take()) {
      this.#withoutStack.add(birth);
      const release = (): void => void this.#withoutStack.delete(birth);
      return { touch: () => {}, release, [Symbol.dispose]: release };
    }
    const capture = (from: Callable): Capture => new Capture(depth, this.#causes.current(), from);
    const record: Record = { ...birth, type, capture: capture(below), touched: [] };
    this.#held.add(record);
    const release = (): void => void this.#held.delete(record);
    const touch = (): void => {
      if (record.touched.length >= mostTouches) record.touched.splice(1, 1);
      record.touched.push(capture(touch));
    };
    return { touch, release, [Symbol.dispose]: release };
  }

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
