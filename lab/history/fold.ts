/** Turns the runs of a history, in order, into the history of each cause. */
import type { CauseHistory, History, RunOfTests, Sighting, Week } from './cause-history.ts';
import { compareTexts, type Block, type FixedCause, type LeakRecord, type RunRecord } from './records.ts';
import { weekName, weekNumberOf } from './iso-week.ts';

/** All that later runs need to know of a cause; it is kept as JSON. */
export interface CauseState {
  /** The record of the last run that saw it. */
  leak: LeakRecord;
  /** Its fingerprints after files were renamed. */
  renamed: string[];
  nodes: string[];
  /** The number, the highest count and the runs of each week, one after the other: a long history has many. */
  weeks: number[];
  first: Sighting;
  runs: number;
  watched: number;
  cleanRuns: number;
  /** The sum of all runs. */
  waited: number;
  fixed?: Sighting;
  reopened: number;
}

/** A history that goes on: a run is added to what the runs before have given. */
export class Fold {
  readonly runs: RunOfTests[];
  readonly causes: Map<string, CauseState>;

  constructor(runs: readonly RunOfTests[] = [], causes: Iterable<CauseState> = []) {
    this.runs = [...runs];
    this.causes = new Map();
    for (const state of causes) this.causes.set(state.leak.cause, state);
  }

  /** Adds a run that comes after all others. */
  add({ run, leaks }: Block): void {
    this.runs.push(runOf(run, leaks));
    for (const leak of leaks) this.#see(run, leak);
    const seen = new Set(leaks.map(({ cause }) => cause));
    const watched = new Set([...run.watched, ...(run.gone ?? [])]);
    const majors = new Set(run.nodes.map(majorOf));
    const fixes = new Map(run.fixed?.map((fix) => [fix.cause, fix]));
    for (const [cause, state] of this.causes) {
      if (seen.has(cause) || !isWatched(state, watched, majors)) continue;
      state.watched += 1;
      state.cleanRuns += 1;
      state.fixed ??= fixOf(run, fixes.get(cause));
    }
  }

  #see(run: RunRecord, leak: LeakRecord): void {
    const sighting = sightingOf(leak);
    let state = this.causes.get(leak.cause);
    if (!state) {
      const start = { runs: 0, watched: 0, cleanRuns: 0, waited: 0, reopened: 0 };
      state = { leak, renamed: [], nodes: [], weeks: [], first: sighting, ...start };
      this.causes.set(leak.cause, state);
    }
    state.leak = leak;
    if (leak.fingerprint !== undefined && !state.renamed.includes(leak.fingerprint)) {
      state.renamed.push(leak.fingerprint);
    }
    for (const node of leak.nodes) if (!state.nodes.includes(node)) state.nodes.push(node);
    addToWeek(state.weeks, weekNumberOf(run.time), leak.count);
    state.runs += 1;
    state.watched += 1;
    state.waited += leak.waited;
    if (state.cleanRuns > 0) state.reopened += 1;
    state.cleanRuns = 0;
    delete state.fixed;
  }

  history(): History {
    return {
      runs: this.runs,
      causes: [...this.causes.values()].map(causeOf).toSorted((a, b) => compareTexts(a.cause, b.cause)),
    };
  }
}

/**
 * Reports whether a run that didn't see a cause would have: it watched all test files of the last sighting, on a line
 * of Node that has seen it.
 */
export function isWatched(
  { leak, nodes }: Pick<CauseState, 'leak' | 'nodes'>,
  watched: ReadonlySet<string>,
  majors: ReadonlySet<string>,
): boolean {
  return leak.files.every((file) => watched.has(file)) && nodes.some((node) => majors.has(majorOf(node)));
}

/** Returns the line of a release of Node: `v24` for `v24.21.0`. */
export function majorOf(node: string): string {
  return node.replace(/\..*/, '');
}

function addToWeek(weeks: number[], week: number, count: number): void {
  const at = weeks.length - 3;
  const [last, highest = 0, runs = 0] = weeks.slice(-3);
  if (last === week) weeks.splice(at, 3, week, Math.max(highest, count), runs + 1);
  else weeks.push(week, count, 1);
}

function weeksOf(weeks: readonly number[]): Week[] {
  const all: Week[] = [];
  for (let at = 0; at < weeks.length; at += 3) {
    all.push({ week: weekName(weeks[at] ?? 0), count: weeks[at + 1] ?? 0, runs: weeks[at + 2] ?? 0 });
  }
  return all;
}

function causeOf(state: CauseState): CauseHistory {
  const { leak, nodes, weeks, first, runs, watched, cleanRuns, waited, fixed, reopened } = state;
  const { cause, kind, resource, evidence, facts, place, source, testedPackage, owner, isInTest, tests } =
    leak;
  return {
    cause,
    kind,
    type: resource,
    evidence,
    ...(facts && { facts }),
    ...(place && { place }),
    ...(leak.function !== undefined && { function: leak.function }),
    ...(source !== undefined && { source }),
    ...(leak.package !== undefined && { package: leak.package }),
    ...(testedPackage !== undefined && { testedPackage }),
    ...(owner !== undefined && { owner }),
    isInTest,
    tests,
    nodes: nodes.toSorted(byNumbers.compare),
    weeks: weeksOf(weeks),
    first,
    last: sightingOf(leak),
    runs,
    watched,
    cleanRuns,
    waited: Math.round(waited / runs),
    ...(fixed && { fixed }),
    reopened,
  };
}

function runOf(record: RunRecord, leaks: readonly LeakRecord[]): RunOfTests {
  const { run, branch, nodes } = record;
  return {
    run,
    ...sightingOf(record),
    ...(branch !== undefined && { branch }),
    nodes,
    causes: leaks.length,
    leaks: leaks.reduce((sum, { count }) => sum + count, 0),
  };
}

function sightingOf({ time, commit, author }: Sighting): Sighting {
  return { time, ...(commit !== undefined && { commit }), ...(author !== undefined && { author }) };
}

function fixOf({ time }: RunRecord, fix: FixedCause | undefined): Sighting {
  const { commit, author } = fix ?? {};
  return { time, ...(commit !== undefined && { commit }), ...(author !== undefined && { author }) };
}

// made once: one for each comparison takes most of the time of a long history
const byNumbers = new Intl.Collator('en', { numeric: true });
