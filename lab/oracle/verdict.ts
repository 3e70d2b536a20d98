/** Judges curves. Pure: no process, no clock. */
import { observables, type Observable, type Pattern, type Role } from '../contract.ts';
import type { Reading } from './reading.ts';

/** Behaviour of an observable from run to run. */
export type Growth = 'grows' | 'flat' | 'unclear';

export interface Slope {
  readonly growth: Growth;
  /** Units (bytes for `heap`) per run between the last two stages. */
  readonly perRun: number;
}

/** Limits in units per run. A leak grows by at least `grows`, and between the first two stages by `starts`. */
interface Limits {
  readonly flat: number;
  readonly grows: number;
  readonly starts: number;
}

/** Limits for counts: a leak is one unit per run; a start may hold one unit that only the first run leaves. */
export const countLimits: Limits = { flat: 0.1, grows: 0.8, starts: 0.5 };

/**
 * Limits for listeners: the process-wide pool of fetch keeps its clients, and sometimes needs one more, each with
 * four listeners (undici 6, on Node 22).
 */
export const listenerLimits: Limits = { ...countLimits, flat: 0.4 };

/**
 * Limits for heap in a pair whose pattern names it. Measured on Node 22, 24 and 26: clean programs grow by 0–3.5 kB
 * a run, the most with fetch; without it, by less than 1 kB.
 */
export const heapLimits: Limits = { flat: 5_000, grows: 10_000, starts: -Infinity };

/** Limits for heap elsewhere: compiled code, caches and pools of Node make any program grow somewhat. */
export const looseHeapLimits: Limits = { flat: 10_000, grows: 10_000, starts: -Infinity };

/** Measurement by one child. */
export type Measured =
  | {
      readonly kind: 'measured';
      readonly readings: readonly Reading[];
      /** The outcome of the runs as JSON. */
      readonly outcome: string;
      /** The first outcome that differed from the first run's. */
      readonly differed?: { readonly k: number; readonly outcome: string };
    }
  | { readonly kind: 'error'; readonly reason: string; readonly readings: readonly Reading[] };

/** Claim of a program. */
export interface Claim {
  readonly role: Role;
  /** Pattern of the pair; absent for a decoy with a separate id. */
  readonly pattern?: Pick<Pattern, 'grows' | 'leaves' | 'seenThrough'>;
}

export type Slopes = Readonly<Record<Observable, Slope>>;

export type Verdict =
  | { readonly kind: 'leaks'; readonly slopes: Slopes; readonly grows: readonly Observable[] }
  | { readonly kind: 'clean'; readonly slopes: Slopes }
  | { readonly kind: 'unclear'; readonly slopes: Slopes; readonly unclear: readonly Observable[] }
  | { readonly kind: 'error'; readonly reason: string };

/** Verdict and its objections by the claim; the claim holds if there are none. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly objections: readonly string[];
}

/** Computes the slope of one observable over the stages. */
export function slopeOf(readings: readonly Reading[], observable: Observable, limits: Limits): Slope {
  const [first, middle, last] = readings;
  if (!first || !middle || !last) throw new Error(`expected readings of 3 stages, got ${readings.length}`);
  const starts = between(first, middle, observable);
  const perRun = between(middle, last, observable);
  const growth =
    perRun <= limits.flat ? 'flat' : perRun >= limits.grows && starts >= limits.starts ? 'grows' : 'unclear';
  return { growth, perRun };
}

/** Judges one measurement by the claim of its program. */
export function judge(measured: Measured, claim: Claim): Judgement {
  if (measured.kind === 'error') {
    return { verdict: { kind: 'error', reason: measured.reason }, objections: [measured.reason] };
  }
  const slopes = slopesOf(measured.readings, claim);
  const objections = [...objectionsTo(slopes, claim), ...objectionsToLeaves(measured.readings, claim)];
  if (measured.differed) {
    const { k, outcome } = measured.differed;
    objections.push(`outcome: run ${k} returned ${outcome}, run 1 ${measured.outcome}`);
  }
  return { verdict: verdictOf(slopes, claim), objections };
}

function slopesOf(readings: readonly Reading[], claim: Claim): Slopes {
  const slopes: Partial<Record<Observable, Slope>> = {};
  for (const name of observables) slopes[name] = slopeOf(readings, name, limitsFor(name, claim));
  return slopes as Slopes;
}

function limitsFor(observable: Observable, { pattern }: Claim): Limits {
  switch (observable) {
    case 'heap':
      return pattern?.grows.includes('heap') ? heapLimits : looseHeapLimits;
    case 'listeners':
      return listenerLimits;
    default:
      return countLimits;
  }
}

/** Judges a pattern by the observables that it names, every other program by all of them. */
function verdictOf(slopes: Slopes, claim: Claim): Verdict {
  const judged = claim.role === 'pattern' ? (claim.pattern?.grows ?? observables) : observables;
  const having = (growth: Growth): Observable[] => judged.filter((name) => slopes[name].growth === growth);
  const grows = having('grows');
  if (grows.length > 0) return { kind: 'leaks', slopes, grows };
  const unclear = having('unclear');
  if (unclear.length > 0) return { kind: 'unclear', slopes, unclear };
  return { kind: 'clean', slopes };
}

function objectionsTo(slopes: Slopes, claim: Claim): string[] {
  switch (claim.role) {
    case 'pattern': {
      if (!claim.pattern) return ['the pattern does not name what grows'];
      const named = claim.pattern.grows;
      const missing = named.filter((name) => slopes[name].growth !== 'grows');
      return missing.map((name) => `${name}: should grow, ${describe(name, slopes[name])}`);
    }
    case 'wrong-fix':
      return observables.some((name) => slopes[name].growth === 'grows')
        ? []
        : ['still leaks by its claim, and nothing grows'];
    case 'fix':
    case 'decoy': {
      const growing = observables.filter((name) => slopes[name].growth !== 'flat');
      return growing.map((name) => `${name}: should be flat, ${describe(name, slopes[name])}`);
    }
  }
}

/**
 * Objects if a pattern's stalls are not garbage or retained as it claims; handles and listeners are counted when
 * reachable.
 */
function objectionsToLeaves(readings: readonly Reading[], { role, pattern }: Claim): string[] {
  if (role !== 'pattern' || !pattern) return [];
  const last = readings.at(-1);
  const stalled = last?.values.stalls ?? 0;
  const collected = last?.collected ?? 0;
  if (pattern.seenThrough !== 'promise') {
    return pattern.leaves === 'garbage' && !pattern.grows.includes('stalls')
      ? ['leaves: only a wait can be garbage, and the pattern names no stalls']
      : [];
  }
  const wanted = pattern.leaves === 'garbage' ? stalled : 0;
  return collected === wanted
    ? []
    : [`leaves: claims ${pattern.leaves}, but ${collected} of ${stalled} stalled awaits were collected`];
}

function describe(name: Observable, { growth, perRun }: Slope): string {
  const change = name === 'heap' ? `${(perRun / 1000).toFixed(1)} kB` : perRun.toFixed(2);
  return `and changes by ${change} a run (${growth})`;
}

function between(from: Reading, to: Reading, observable: Observable): number {
  return (to.values[observable] - from.values[observable]) / (to.k - from.k);
}

/** Reports whether any count has changed since the previous stage by enough for a leak. */
export function hasGrown(before: Reading, after: Reading): boolean {
  return observables.some((name) => name !== 'heap' && between(before, after, name) > countLimits.flat);
}
