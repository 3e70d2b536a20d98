import { now } from '../engine/real-clock.ts';
import { collectGarbage } from '../engine/gc.ts';
import { authorOf } from '../origin/frame.ts';
import type { Report } from '../finding.ts';
import { nextSerial, type Owner } from '../origin/owner.ts';
import type { Leftover } from '../probes/probe.ts';
import { reportOf, type RuleSet } from '../report/report.ts';
import { Sources } from '../origin/source.ts';
import { nextTurn, someTurns } from '../engine/settle.ts';
import type { CallHistory } from './call-history.ts';
import { FurtherRuns, RunNeverEnded, RunsTooSlow, type RunLimits } from './further-runs.ts';
import { Capture, lineOf } from '../origin/capture.ts';
import { classOf, holderOf, type HeapView } from './held-by.ts';
import { isThePrograms, type Holder } from './holder.ts';
import { growthOf, idsOf, type Growth } from './growth.ts';
import { HeapGraph } from './heap-graph.ts';
import { LiveObjects } from './live-objects.ts';
import { Paths } from './paths.ts';
import { StoringLines } from './storing-lines.ts';
import { sizeOf, Stores } from './stores.ts';

/** The options of the search for growth. */
export interface GrowthOptions {
  readonly owner: Owner;
  readonly rules: RuleSet;
  /** The number of runs before growth is suspected, from 3 up. */
  readonly runs: number;
  /** The time limits of the runs; default 10 s for each. */
  readonly limits?: RunLimits;
  /** The calls of the first run, which has ended and left nothing; without them, a wait is reported at its own line. */
  readonly first?: CallHistory;
}

/** The number of runs that fill caches, load modules and warm V8 up, before anything is compared. */
const warmUps = 2;
/** A suspicion is reported only if growth goes on for this many times the runs, or for the runs that fit in the time. */
const steadyFactor = 20;
/** The longest time of those runs, in ms. */
const steadyTime = 1000;
/** The share of the first rate at which growth must go on: a program may drop an entry now and then. */
const steadyRate = 0.8;

/** A container that grew at a steady rate. */
interface Steady {
  readonly holder: Holder;
  /** The class of the objects that it gains. */
  readonly type: string;
  /** The containers themselves, as far as the inspector can reach them. */
  readonly containers: readonly object[];
  readonly perRun: number;
  readonly bytesPerRun: number;
}

/**
 * Runs `work` again and again, compares heap snapshots, and reports the containers that hold more after each run.
 *
 * Reported are only containers that grow at the same rate in every stretch of runs: a cache with a limit, a module
 * that is loaded late or code that V8 optimises is no finding. A cache whose limit lies beyond the last run can't be
 * told from a cache without one. An entry of a Map, Set or array has the line that put it there; for a value stored
 * by an index, a property or a variable, the line is searched in the source.
 *
 * A run that never ends is the finding: it waits for what an earlier one kept.
 *
 * @throws what `work` throws
 */
export async function findGrowth(work: () => unknown, options: GrowthOptions): Promise<Report> {
  const { owner, rules } = options;
  const further = new FurtherRuns(work, options);
  const report = (leftovers: readonly Leftover[], notJudged: Report['notJudged']): Report =>
    reportOf(leftovers, rules, () => owner.name, { notJudged, failedProbes: [] });
  try {
    const leftovers = await grown(() => further.run(), options);
    if (leftovers.length === 0) await further.useUp();
    return report(leftovers, []);
  } catch (error) {
    if (error instanceof RunNeverEnded) return report(error.leftovers, []);
    if (error instanceof RunsTooSlow) return report([], [{ type: 'memory', why: error.message }]);
    throw error;
  }
}

/** Returns the containers that hold more after each run. */
async function grown(work: () => unknown, options: GrowthOptions): Promise<Leftover[]> {
  const { runs } = options;
  await repeat(work, warmUps);
  const old = idsOf(await HeapGraph.take());
  await repeat(work, runs);
  const compared = await look(old);
  const hasGrown = [...compared.growths.values()].some(({ count }) => count >= runs);
  const live = hasGrown ? await LiveObjects.connect() : undefined;
  try {
    return live ? await confirm({ ...compared, live }, old, work, options) : [];
  } finally {
    live?.disconnect();
  }
}

/** Returns the suspects that the program holds and that go on growing at the same rate. */
async function confirm(
  first: Compared & { readonly live: LiveObjects },
  old: Uint32Array,
  work: () => unknown,
  { runs, owner }: GrowthOptions,
): Promise<Leftover[]> {
  const { live } = first;
  const view = viewOf(first, live);
  const lines = new StoringLines(view.sources, view.urls.values());
  const suspects = [...first.growths.values()]
    .filter(({ count }) => count >= runs)
    .map((growth) => ({ growth, holder: holderOf(growth, view), type: classOf(first.graph, growth.sample) }))
    .filter(({ holder }) => mayBeThePrograms(holder, lines));
  live.release();
  if (suspects.length === 0) return [];
  const more = await repeat(work, runs * steadyFactor, steadyTime);
  const { growths, graph } = await look(old);
  const steady = suspects.flatMap(({ growth: before, ...about }): Steady[] => {
    const growth = growths.get(before.key);
    if (!growth) return [];
    const perRun = (growth.count - before.count) / more;
    const isSteady = perRun >= (before.count / runs) * steadyRate;
    if (!isSteady) return [];
    const containers = growth.containers
      .map((each) => live.object(graph.id(each)))
      .filter((each) => each !== undefined);
    const bytesPerRun = Math.round((growth.bytes - before.bytes) / more);
    return [{ ...about, perRun, bytesPerRun, containers }];
  });
  return steady.length === 0 ? [] : name(steady, work, owner, lines);
}

interface Heap {
  readonly graph: HeapGraph;
  readonly paths: Paths;
}

interface Compared extends Heap {
  readonly growths: ReadonlyMap<string, Growth>;
}

function viewOf({ graph, paths }: Heap, live: LiveObjects): HeapView {
  return { graph, paths, urls: live.urls(), sources: new Sources(), live };
}

async function look(old: Uint32Array): Promise<Compared> {
  const graph = await HeapGraph.take();
  const paths = new Paths(graph);
  return { graph, paths, growths: growthOf(graph, paths, old) };
}

/**
 * Runs `work` and collects garbage.
 *
 * @returns the number of runs: fewer than `times` once `ms` is over, but at least `times / steadyFactor * 2`
 */
async function repeat(work: () => unknown, times: number, ms = Infinity): Promise<number> {
  const until = now() + ms;
  let done = 0;
  for (; done < times && (now() < until || done < (times / steadyFactor) * 2); done += 1) {
    await work();
    await nextTurn();
  }
  // resources that close, or that a FinalizationRegistry cleans up, a few turns later are no growth
  for (let round = 0; round < 2; round += 1) {
    await someTurns();
    collectGarbage();
  }
  await nextTurn();
  return done;
}

/** Finds, by one more run, the line that fills each container, and the number of entries that it adds. */
async function name(
  steady: readonly Steady[],
  work: () => unknown,
  owner: Owner,
  lines: StoringLines,
): Promise<Leftover[]> {
  const stores = new Stores(
    steady.flatMap(({ containers }) => containers),
    steady.map(({ holder }) => holder.node).filter((each) => each !== undefined),
  );
  const sizes = steady.map(({ containers }) => sizeOf(containers));
  stores.start();
  try {
    await work();
  } finally {
    stores.stop();
  }
  const named = steady.flatMap((each, index): Named[] => {
    const { containers, holder, perRun } = each;
    const added = sizeOf(containers) - (sizes[index] ?? 0);
    const count = Math.max(1, added > 0 ? added : Math.round(perRun));
    const stored = stores.captureOf(holder.node ? [holder.node] : containers);
    const capture = isThePrograms(holder)
      ? (stored ?? lines.of(holder))
      : (byTheProgram(stored) ?? lines.anywhere(holder));
    return capture ? [{ ...each, count, capture }] : [];
  });
  return oncePerLine(named).map(({ holder: { path, node }, type, capture, count, bytesPerRun }) => ({
    kind: 'memory',
    type,
    capture,
    evidence: 'grew',
    owner,
    serial: nextSerial(),
    count,
    path,
    facts: () => ({ perRun: count, bytesPerRun, ...(node?.undo !== undefined && { undo: node.undo }) }),
  }));
}

/** Returns a stack if the program itself stores, or calls Node to store: Node and runners fill tables of theirs too. */
function byTheProgram(stored: Capture | undefined): Capture | undefined {
  return stored?.innermost === 'user' || stored?.innermost === 'package' ? stored : undefined;
}

interface Named extends Steady {
  readonly count: number;
  readonly capture: Capture;
}

/**
 * Keeps one container a line, the one with the most bytes, and adds the bytes of the others.
 *
 * A single call may store in several places: `pipe` adds a destination, and listeners to both streams.
 */
function oncePerLine(named: readonly Named[]): Named[] {
  const groups = Map.groupBy(named, (each) => (each.capture.site ? lineOf(each.capture.site) : each));
  return [...groups.values()].flatMap((group) => {
    const [most] = group.toSorted((a, b) => b.bytesPerRun - a.bytesPerRun);
    const bytesPerRun = group.reduce((sum, each) => sum + each.bytesPerRun, 0);
    return most ? [{ ...most, bytesPerRun }] : [];
  });
}

/**
 * Reports whether the program may have filled the container.
 *
 * Node fills lists that it never empties, and confirming each would run the work a hundred times more.
 */
function mayBeThePrograms(holder: Holder, lines: StoringLines): boolean {
  const { declared } = holder;
  if (!declared || isThePrograms(holder)) return true;
  return authorOf(declared.file) === 'node' && lines.anywhere(holder) !== undefined;
}
