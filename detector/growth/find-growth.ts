import { now } from '../engine/real-clock.ts';
import { collectGarbage } from '../engine/gc.ts';
import { authorOf } from '../origin/frame.ts';
import type { Report } from '../finding.ts';
import { nextSerial, type Owner } from '../origin/owner.ts';
import type { Leftover } from '../probes/probe.ts';
import { reportOf, type Rules } from '../report/report.ts';
import { Sources } from '../origin/source.ts';
import { nextTurn, someTurns } from '../engine/settle.ts';
import { Capture, lineOf } from '../origin/capture.ts';
import { classOf, holderOf, storingLine, type Holder, type Told } from './held-by.ts';
import { growthOf, idsOf, type Growth } from './growth.ts';
import { HeapGraph } from './heap-graph.ts';
import { LiveObjects } from './live-objects.ts';
import { Paths } from './paths.ts';
import { sizeOf, Stores } from './stores.ts';

/** What the search is told. */
export interface GrowthOptions {
  readonly owner: Owner;
  readonly rules: Rules;
  /** How often `work` is run before growth is suspected, from 3 up. */
  readonly runs: number;
}

/** Runs that fill caches, load modules and have V8 learn, before anything is compared. */
const warmUps = 2;
/** A suspicion is only told when it goes on for so many times the runs, or as many as fit in the time. */
const steadyFactor = 20;
/** ms */
const steadyTime = 1000;
/** Of the rate at first, where somebody drops an entry now and then. */
const steadyRate = 0.8;

/** A container that grew, with how much in each run. */
interface Steady {
  readonly holder: Holder;
  /** The class of which there are more. */
  readonly type: string;
  /** The object itself, where it can be had. */
  readonly container?: object;
  readonly perRun: number;
  readonly bytesPerRun: number;
}

/**
 * Runs `work` again and again, and finds what holds more after each run: by heap snapshots before, between and
 * after, whose objects keep their ids.
 *
 * Told are only containers that grow in every stretch of runs at the same rate, so that a cache with a limit, a
 * module that is loaded late or code that V8 optimises are none. A cache whose limit is beyond the last run
 * can't be told from one without. What a program puts into a Map, Set or array is named by its line; of what
 * it stores by an index, a property or a variable, the line is looked for in the source.
 *
 * @throws what `work` throws
 */
export async function findGrowth(work: () => unknown, options: GrowthOptions): Promise<Report> {
  const { owner, rules, runs } = options;
  await repeat(work, warmUps);
  const old = idsOf(await HeapGraph.take());
  await repeat(work, runs);
  const compared = await look(old);
  const hasGrown = [...compared.growths.values()].some(({ count }) => count >= runs);
  const live = hasGrown ? await LiveObjects.connect() : undefined;
  try {
    const leftovers = live ? await confirm({ ...compared, live }, old, work, options) : [];
    return reportOf(leftovers, rules, () => owner.name, { notJudged: [], failedProbes: [] });
  } finally {
    live?.disconnect();
  }
}

/** Of what has grown once, what the program holds and goes on to grow at the same rate. */
async function confirm(
  first: Compared & { readonly live: LiveObjects },
  old: Uint32Array,
  work: () => unknown,
  { runs, owner }: GrowthOptions,
): Promise<Leftover[]> {
  const { live } = first;
  const told = toldOf(first, live);
  const suspects = [...first.growths.values()]
    .filter(({ count }) => count >= runs)
    .map((growth) => ({ growth, holder: holderOf(growth, told), type: classOf(first.graph, growth.sample) }))
    .filter(({ holder }) => isThePrograms(holder));
  live.release();
  if (suspects.length === 0) return [];
  const more = await repeat(work, runs * steadyFactor, steadyTime);
  const { growths, graph } = await look(old);
  const steady = suspects.flatMap(({ growth: before, ...about }): Steady[] => {
    const growth = growths.get(before.key);
    if (!growth) return [];
    const perRun = (growth.count - before.count) / more;
    const isSteady = perRun >= (before.count / runs) * steadyRate;
    const container = isSteady ? live.object(graph.id(growth.container)) : undefined;
    const bytesPerRun = Math.round((growth.bytes - before.bytes) / more);
    return isSteady ? [{ ...about, perRun, bytesPerRun, ...(container && { container }) }] : [];
  });
  return steady.length === 0 ? [] : name(steady, work, owner, told.sources);
}

interface Heap {
  readonly graph: HeapGraph;
  readonly paths: Paths;
}

interface Compared extends Heap {
  readonly growths: ReadonlyMap<string, Growth>;
}

function toldOf({ graph, paths }: Heap, live: LiveObjects): Told {
  return { graph, paths, urls: live.urls(), sources: new Sources(), live };
}

async function look(old: Uint32Array): Promise<Compared> {
  const graph = await HeapGraph.take();
  const paths = new Paths(graph);
  return { graph, paths, growths: growthOf(graph, paths, old) };
}

/** @returns how often it ran; less than asked for, but at least half, when `ms` is over */
async function repeat(work: () => unknown, times: number, ms = Infinity): Promise<number> {
  const until = now() + ms;
  let done = 0;
  for (; done < times && (now() < until || done < (times / steadyFactor) * 2); done += 1) {
    await work();
    await nextTurn();
  }
  // what is closed, or cleaned up by a FinalizationRegistry, a few turns later is no growth
  for (let round = 0; round < 2; round += 1) {
    await someTurns();
    collectGarbage();
  }
  await nextTurn();
  return done;
}

/** Finds out by one more run which line puts something into each, and how much. */
async function name(
  steady: readonly Steady[],
  work: () => unknown,
  owner: Owner,
  sources: Sources,
): Promise<Leftover[]> {
  const stores = new Stores(steady.map(({ container }) => container).filter((each) => each !== undefined));
  const sizes = steady.map(({ container }) => (container ? sizeOf(container) : 0));
  stores.start();
  try {
    await work();
  } finally {
    stores.stop();
  }
  const named = steady.map((each, index): Named => {
    const { container, holder, perRun } = each;
    const added = container ? sizeOf(container) - (sizes[index] ?? 0) : 0;
    const count = Math.max(1, added > 0 ? added : Math.round(perRun));
    return { ...each, count, capture: (container && stores.captureOf(container)) ?? lineIn(holder, sources) };
  });
  return oncePerLine(named).map(({ holder: { path }, type, capture, count, bytesPerRun }) => ({
    kind: 'memory',
    type,
    capture,
    evidence: 'grew',
    owner,
    serial: nextSerial(),
    count,
    path,
    facts: () => ({ perRun: count, bytesPerRun }),
  }));
}

interface Named extends Steady {
  readonly count: number;
  readonly capture: Capture;
}

/**
 * One call may store in several places: `pipe` adds a destination, and listeners to both streams. It is told by the
 * place that holds the most, with the bytes of all.
 */
function oncePerLine(named: readonly Named[]): Named[] {
  const groups = Map.groupBy(named, (each) => (each.capture.site ? lineOf(each.capture.site) : each));
  return [...groups.values()].flatMap((group) => {
    const [most] = group.toSorted((a, b) => b.bytesPerRun - a.bytesPerRun);
    const bytesPerRun = group.reduce((sum, each) => sum + each.bytesPerRun, 0);
    return most ? [{ ...most, bytesPerRun }] : [];
  });
}

/** What Node, the runner or this tool keep is not the program's to release. */
function isThePrograms({ declared }: Holder): boolean {
  if (!declared) return false;
  const author = authorOf(declared.file);
  return author === 'user' || author === 'package';
}

/** By the source, where no stack could be taken. */
function lineIn({ declared, name: variable }: Holder, sources: Sources): Capture {
  if (!declared || variable === undefined) return new Capture(0);
  const { file, line } = declared;
  const storing = storingLine(file, variable, sources) || line;
  return storing > 0 ? Capture.at({ file, line: storing }) : new Capture(0);
}
