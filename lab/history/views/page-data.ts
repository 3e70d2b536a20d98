import type { History } from '../cause-history.ts';
import { describe } from './described.ts';
import { heatOf, type Grouping } from './heat.ts';
import { impactOf } from './impact.ts';
import { termsOf } from './priorities.ts';
import type { Weights } from './scores.ts';
import { trendOf, type TimeToFix } from './trend.ts';

/** The state in which a page opens. */
export interface PageOptions {
  readonly by: Grouping;
  readonly weights: Weights;
  /** The number of weeks. */
  readonly weeks: number;
}

/** The content of a page: columns of numbers, and a dictionary for the texts. */
export interface PageData {
  /** JSON for the script: page/data.js reads it. */
  readonly json: string;
  /** The counts of the causes, a row for each, a number for each week. */
  readonly cells: Uint32Array;
  readonly timeToFix: TimeToFix | undefined;
}

const minute = 60_000;

/** Packs a history for the page: what all causes have is in columns, and equal texts are kept once. */
export function pageDataOf(history: History, { by, weights, weeks: most }: PageOptions): PageData {
  const heat = heatOf(history, by, most);
  const rows = heat.groups.flatMap(({ causes }) => causes);
  const causes = rows.map(({ cause }) => cause);
  const cells = new Uint32Array(rows.length * heat.weeks.length);
  for (const [at, { counts }] of rows.entries()) cells.set(counts, at * heat.weeks.length);
  const strings = new Map([['', 0]]);
  const word = (text = ''): number => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    strings.set(text, strings.size);
    return strings.size - 1;
  };
  const minutes = (time: string): number => Math.round(Date.parse(time) / minute);
  const texts = causes.map(describe);
  const position = new Map(causes.map((cause, at) => [cause, at]));
  const { open, terms } = termsOf(history);
  const impacts = impactOf(history);
  const trend = trendOf(history, most);
  const sightings = (key: 'first' | 'last' | 'fixed'): object => ({
    time: causes.map(({ [key]: sighting }) => (sighting ? minutes(sighting.time) : 0)),
    commit: causes.map(({ [key]: sighting }) => word(sighting?.commit)),
    author: causes.map(({ [key]: sighting }) => word(sighting?.author)),
  });
  const content = {
    by,
    weights,
    weeks: heat.weeks,
    id: causes.map(({ cause }) => cause),
    kind: causes.map(({ kind }) => word(kind)),
    type: causes.map(({ type }) => word(type)),
    title: texts.map(({ title }) => word(title)),
    known: texts.map(({ known }) => word(known)),
    why: texts.map(({ why }) => word(why)),
    fix: texts.map(({ fix }) => word(fix)),
    facts: texts.map(({ facts }) => word(facts)),
    path: causes.map(({ place }) => word(place?.path)),
    line: causes.map(({ place }) => place?.line ?? 0),
    function: causes.map((cause) => word(cause.function)),
    source: causes.map(({ source }) => word(source)),
    dependency: causes.map((cause) => word(cause.package)),
    package: causes.map(({ testedPackage }) => word(testedPackage)),
    owner: causes.map(({ owner }) => word(owner)),
    isInTest: causes.map(({ isInTest }) => Number(isInTest)),
    tests: causes.map(({ tests }) => tests.map(word)),
    nodes: causes.map(({ nodes }) => word(nodes.join(', '))),
    first: sightings('first'),
    last: sightings('last'),
    fixed: sightings('fixed'),
    runs: causes.map(({ runs }) => runs),
    watched: causes.map(({ watched }) => watched),
    cleanRuns: causes.map(({ cleanRuns }) => cleanRuns),
    waited: causes.map(({ waited }) => Math.round(waited)),
    reopened: causes.map(({ reopened }) => reopened),
    open: open.map((cause) => position.get(cause)),
    terms,
    impact: {
      cause: impacts.map(({ cause }) => position.get(cause)),
      bytes: impacts.map(({ bytesPerRun = null }) => bytesPerRun),
      held: impacts.map(({ held }) => held),
    },
    trend,
  };
  return {
    json: JSON.stringify({ ...content, strings: [...strings.keys()] }),
    cells,
    timeToFix: trend.timeToFix,
  };
}
