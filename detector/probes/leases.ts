import type { Causes } from '../origin/scheduled-by.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture, type Callable } from '../origin/capture.ts';

/** Something that was lent and is to be given back: a permit, a lock, a pool's client. */
export interface Lease extends Disposable {
  /** Says that it was in use here; the last places are shown with the finding. */
  touch(): void;
  /** Given back. A second time changes nothing. */
  release(): void;
}

interface Record extends Birth {
  readonly type: string;
  readonly capture: Capture;
  readonly touched: Capture[];
}

const depth = 24;
/** How many places are remembered; the first and the last tell the story. */
const mostTouches = 4;

const untracked: Lease = {
  touch: () => {},
  release: () => {},
  [Symbol.dispose]: () => {},
};

let active: LeaseProbe | undefined;

/**
 * Reports a lease of a library's own to the detector: what was acquired here is a leak until it is released.
 *
 * Costs nothing while no scope is open. The idea is that of Netty's ResourceLeakDetector.
 *
 * @param type what it is, as users call it: `permit`, `pool client`
 */
export function track(type: string): Lease {
  return active?.acquire(type, track) ?? untracked;
}

/** Leases that libraries report by {@link track}, and that nobody has given back. */
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
    // oxlint-disable-next-line typescript/no-this-alias -- whoever tracks a lease knows no scope
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
