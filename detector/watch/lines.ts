import { Map, Set } from '../engine/intrinsics.ts';
import { apiCall } from '../origin/api-call.ts';
import { siteOf } from '../origin/capture.ts';
import { Growth, type GrowthBounds } from './growth.ts';
import type { Survivor } from './sample.ts';
import type { WatchedLine } from './watch-report.ts';
import type { Leftover } from '../probes/probe.ts';

/** The resources of a line that are asked again after the sample. */
const mostOfLine = 500;
/** The lines that are kept; the ones with the fewest open resources go first. */
const mostLines = 200;
/** The frames that are kept of a line's stack. */
const mostFrames = 32;
const msPerMinute = 60_000;

interface Tracked {
  readonly isOpen: Leftover['isOpen'];
  readonly weight: number;
}

interface Line {
  readonly about: Pick<WatchedLine, 'kind' | 'type' | 'site' | 'api' | 'stack'>;
  readonly growth: Growth;
  /** The time at which the sample began that first saw the line. */
  readonly since: number;
  /** The resources of earlier samples. */
  earlier: readonly Tracked[];
  /** The resources of the sample under way, or of the last one. */
  tracked: readonly Tracked[];
  count: number;
  /** The count before the sample. */
  before: number;
  perMinute: number;
}

/** An alarm that began or ended with a look. */
export interface Change {
  readonly line: WatchedLine;
  readonly isAlarm: boolean;
}

/** The lines of the program that were sampled, with what of theirs is still open. */
export class Lines {
  readonly #bounds: GrowthBounds;
  readonly #lines = new Map<string, Line>();
  #sampleBegan = 0;
  /** The time of the last look: what has survived a window was made before it. */
  #lastLook = 0;

  constructor(bounds: GrowthBounds) {
    this.#bounds = bounds;
  }

  /** Begins a sample: what was tracked so far is of earlier ones. */
  beginSample(at: number): void {
    this.#sampleBegan = at;
    this.#lastLook = at;
    for (const line of this.#lines.values()) {
      line.earlier = reduced([...line.earlier, ...line.tracked]);
      line.tracked = [];
      line.before = line.count;
    }
  }

  /** Takes the survivors of a window of the sample, and returns the alarms that change. */
  look(survivors: readonly Survivor[], at: number): Change[] {
    const groups = Map.groupBy(survivors, ({ leftover }) => keyOf(leftover));
    for (const [key, [first]] of groups) {
      if (!first || this.#lines.has(key)) continue;
      const line = lineOf(first.leftover, this.#bounds, this.#sampleBegan);
      line.growth.add(0);
      this.#lines.set(key, line);
    }
    const minutes = (this.#lastLook - this.#sampleBegan) / msPerMinute;
    this.#lastLook = at;
    return this.#changes(() => {
      for (const [key, line] of this.#lines) {
        const tracked = (groups.get(key) ?? []).map(({ leftover, weight }) => ({
          isOpen: leftover.isOpen,
          weight: weight * (leftover.count ?? 1),
        }));
        line.earlier = line.earlier.filter(isOpen);
        line.count = weightOf(line.earlier) + weightOf(tracked);
        line.tracked = reduced(tracked);
        line.growth.add(line.count);
        if (minutes > 0) line.perMinute = (line.count - line.before) / minutes;
      }
    }, at);
  }

  /**
   * Asks again, while no sample is under way, what is still open.
   *
   * @param atMost returns the most that a kind can have
   */
  ask(atMost: (kind: string) => number | undefined, at: number): Change[] {
    return this.#changes(() => {
      for (const line of this.#lines.values()) {
        line.earlier = line.earlier.filter(isOpen);
        line.tracked = line.tracked.filter(isOpen);
        const known = weightOf(line.earlier) + weightOf(line.tracked);
        line.count = Math.min(known, atMost(line.about.kind) ?? known);
        line.growth.lower(line.count);
      }
    }, at);
  }

  /** Forgets lines of which nothing is open, and those beyond the limit. */
  sweep(): void {
    for (const [key, { count, growth }] of this.#lines)
      if (count < 1 && !growth.isAlarmed) this.#lines.delete(key);
    const sorted = [...this.#lines].toSorted(([, a], [, b]) => b.count - a.count);
    for (const [key] of sorted.slice(mostLines)) this.#lines.delete(key);
  }

  /** The lines, the highest count × age first. */
  ranked(at: number): WatchedLine[] {
    return [...this.#lines.values()]
      .filter(({ count }) => Math.round(count) > 0)
      .map((line) => shown(line, at))
      .toSorted((a, b) => b.count * b.age - a.count * a.age);
  }

  /** The number of resources that are kept to be asked again. */
  get tracked(): number {
    let sum = 0;
    for (const { earlier, tracked } of this.#lines.values()) sum += earlier.length + tracked.length;
    return sum;
  }

  clear(): void {
    this.#lines.clear();
  }

  #changes(update: () => void, at: number): Change[] {
    const before = new Set([...this.#lines].filter(([, { growth }]) => growth.isAlarmed).map(([key]) => key));
    update();
    return [...this.#lines].flatMap(([key, line]) => {
      const { isAlarmed } = line.growth;
      return isAlarmed === before.has(key) ? [] : [{ line: shown(line, at), isAlarm: isAlarmed }];
    });
  }
}

function keyOf({ kind, type, capture: { site } }: Leftover): string {
  return [kind, type, site?.file, site?.line].join('\n');
}

function lineOf({ kind, type, capture }: Leftover, bounds: GrowthBounds, since: number): Line {
  const { site, story } = capture;
  const api = apiCall(story, site);
  const stack = story.filter(({ line }) => line > 0).slice(0, mostFrames);
  return {
    about: { kind, type, ...(site && { site: siteOf(site) }), ...(api && { api }), stack: stack.map(siteOf) },
    growth: new Growth(bounds),
    since,
    earlier: [],
    tracked: [],
    count: 0,
    before: 0,
    perMinute: 0,
  };
}

function shown({ about, growth, since, count, perMinute }: Line, at: number): WatchedLine {
  return {
    ...about,
    count: Math.round(count),
    age: Math.round(at - since),
    growth: Math.round(perMinute * 10) / 10,
    alarm: growth.isAlarmed,
  };
}

function isOpen({ isOpen: ask }: Tracked): boolean {
  return ask?.() ?? true;
}

function weightOf(all: readonly Tracked[]): number {
  return all.reduce((sum, { weight }) => sum + weight, 0);
}

/** Keeps some, evenly chosen, that stand for all. */
function reduced(all: readonly Tracked[]): readonly Tracked[] {
  if (all.length <= mostOfLine) return all;
  const step = all.length / mostOfLine;
  const kept = Array.from({ length: mostOfLine }, (_, index) => all[Math.floor(index * step)]);
  const weight = weightOf(all) / mostOfLine;
  return kept.flatMap((each) => (each ? [{ isOpen: each.isOpen, weight }] : []));
}
