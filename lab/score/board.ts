import type { Channel, Family, Role, Stage } from '../contract.ts';
import type { About, Adapter, Axis } from './adapter.ts';
import { control } from './cells.ts';
import { judgeAnswer, isCaught, type Judged } from './judge-answer.ts';
import { letterOf, notRun } from './letters.ts';
import {
  breakdownOf,
  metricsOf,
  stabilityOf,
  type Breakdown,
  type Metrics,
  type Scored,
  type Subject,
} from './metrics.ts';
import type { Rate } from './rate.ts';
import type { Recorded } from './recorded.ts';
import type { Markers } from '../catalogue/markers.ts';

/** docs/board.json; its JSON Schema is docs/board.schema.json. */
export interface Board {
  readonly version: 1;
  readonly programs: readonly BoardProgram[];
  readonly detectors: readonly BoardDetector[];
}

export interface BoardProgram {
  readonly path: string;
  readonly id: string;
  readonly role: Role;
  readonly family: Family;
  readonly stage?: Stage;
  readonly channel?: Channel;
}

/** A detector on a runtime, with the programs run in one of the ways. */
export interface BoardDetector extends Breakdown {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly way: Adapter['way'];
  readonly sees: readonly Channel[];
  readonly configuration: string;
  readonly hasLines: boolean;
  readonly hasTypes: boolean;
  readonly runtime: string;
  readonly axis: Axis;
  readonly all: Metrics;
  /** The pairs whose channel it claims to see, and the others; null where there are none. */
  readonly claimed: Metrics | null;
  readonly notClaimed: Metrics | null;
  /** Pairs of which it says the same with and without the leak, and something. */
  readonly spurious: number;
  /** Programs after which its process had to be killed. */
  readonly hung: number;
  /** Programs that came out the same each time, of those that ran more than once. */
  readonly stability: Rate;
  /** How many times longer it takes than the program alone; null where it was not measured. */
  readonly cost: number | null;
  readonly noAnswers: readonly { readonly path: string; readonly end: string; readonly problem: string }[];
  /** A letter for each of the board's programs, in their order; see letters.ts. */
  readonly cells: string;
}

/** What is known of a detector on a runtime in a way. */
export interface Entry {
  readonly adapter: Adapter;
  readonly runtime: string;
  readonly axis: Axis;
  /** The control's runs among them, all repeats. */
  readonly recorded: readonly Recorded[];
  readonly cost: number | null;
}

/** A program of the catalogue with its path, which is what records name it by, and what its label says. */
export interface Listed extends Subject {
  readonly markers: Markers;
}

export function boardOf(programs: readonly Listed[], entries: readonly Entry[]): Board {
  return {
    version: 1,
    programs: programs.map(({ path, id, role, family, stage, channel }) => ({
      path,
      id,
      role,
      family,
      ...(stage && { stage }),
      ...(channel && { channel }),
    })),
    detectors: entries.map((entry) => detectorOf(programs, entry)),
  };
}

/** The line that the board is about; the others stand beside it. */
export function isMain({ runtime }: Pick<BoardDetector, 'runtime'>): boolean {
  return !/^node-(?!24\.)/.test(runtime);
}

/** What each program came out as, each time that it ran. */
export function judgedOf(
  programs: readonly Listed[],
  { recorded }: Pick<Entry, 'recorded'>,
): Map<string, Judged[]> {
  const controls = recorded.filter(({ program }) => program === control);
  const byPath = Map.groupBy(recorded, ({ program }) => program);
  const judged = new Map<string, Judged[]>();
  for (const { path, role, markers } of programs) {
    const own = byPath.get(path)?.toSorted((a, b) => a.repeat - b.repeat) ?? [];
    const [first] = controls;
    if (own.length > 0)
      judged.set(
        path,
        own.map((each) =>
          judgeAnswer(
            { role, markers },
            each,
            controls.find(({ repeat }) => repeat === each.repeat) ?? first,
          ),
        ),
      );
  }
  return judged;
}

function detectorOf(programs: readonly Listed[], entry: Entry): BoardDetector {
  const { adapter, runtime, axis, recorded, cost } = entry;
  const judged = judgedOf(programs, entry);
  const scored = programs.flatMap((subject): Scored[] => {
    const [first] = judged.get(subject.path) ?? [];
    return first ? [{ subject, judged: first }] : [];
  });
  const sees = (channel: Channel | undefined): boolean =>
    channel !== undefined && adapter.sees.includes(channel);
  const claimed = scored.filter(({ subject }) => sees(subject.channel));
  const notClaimed = scored.filter(({ subject }) => subject.channel && !sees(subject.channel));
  return {
    ...aboutOf(adapter),
    runtime,
    axis,
    all: metricsOf(scored),
    ...breakdownOf(scored),
    claimed: claimed.length === 0 ? null : metricsOf(claimed),
    notClaimed: notClaimed.length === 0 ? null : metricsOf(notClaimed),
    spurious: spuriousOf(scored),
    hung: recorded.filter(({ end, repeat, program }) => end === 'hung' && repeat === 1 && program !== control)
      .length,
    stability: stabilityOf(new Map([...judged].map(([path, each]) => [path, each.map(letterOf)]))),
    cost,
    noAnswers: recorded
      .filter(
        ({ end, repeat, program }) =>
          (end === 'crashed' || end === 'timed out') && repeat === 1 && program !== control,
      )
      .map(({ program, end, problem = '' }) => ({ path: program, end, problem })),
    cells: programs
      .map(({ path }) => {
        const [first] = judged.get(path) ?? [];
        return first ? letterOf(first) : notRun;
      })
      .join(''),
  };
}

function aboutOf(
  adapter: Adapter,
): Required<Pick<About, 'name' | 'title' | 'version' | 'sees' | 'configuration' | 'hasLines' | 'hasTypes'>> &
  Pick<Adapter, 'way'> {
  const {
    name,
    title = name,
    version,
    way,
    sees,
    configuration = '',
    hasLines = true,
    hasTypes = true,
  } = adapter;
  return { name, title, version, way, sees, configuration, hasLines, hasTypes };
}

/** What it says of a fix is what it says of its leak: it has seen something else than the leak. */
function spuriousOf(scored: readonly Scored[]): number {
  const said = ({ judged }: Scored): string =>
    JSON.stringify(judged.findings.map(({ type, kind, count }) => [type, kind, count]).toSorted());
  const fixes = new Map(
    scored.filter(({ subject }) => subject.role === 'fix').map((each) => [each.subject.id, each]),
  );
  return scored.filter((each) => {
    const fix = fixes.get(each.subject.id);
    return (
      each.subject.role === 'pattern' &&
      isCaught(each.judged.outcome) &&
      fix !== undefined &&
      said(fix) === said(each)
    );
  }).length;
}
