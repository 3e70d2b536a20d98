import type { Channel } from '../../contract.ts';
import type { About, Adapter, Axis } from '../answer/adapter.ts';
import { control } from '../runs/cells.ts';
import { judgeAnswer, isCaught, type Judged } from '../answer/judge-answer.ts';
import { letterOf, notRun } from '../answer/letters.ts';
import { stabilityOf, type Subject } from '../answer/metrics.ts';
import type { Rate } from '../answer/rate.ts';
import type { Recorded } from '../answer/recorded.ts';
import type { Markers } from '../../catalogue/markers.ts';

/** The data of docs/board.json, whose schema is docs/board.schema.json; scored-board.ts counts the rates from it. */
export interface Board {
  readonly version: 2;
  readonly programs: readonly Subject[];
  readonly detectors: readonly BoardDetector[];
}

/** Detector on a runtime, with the programs run in one way. */
export interface BoardDetector {
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
  /** Pairs with a report that is the same with and without the leak. */
  readonly spurious: number;
  /** Programs after which its process had to be killed. */
  readonly hung: number;
  /** Programs that came out the same each time, of those that ran more than once. */
  readonly stability: Pick<Rate, 'k' | 'n'>;
  /** Duration as a multiple of the program's alone; null if it was not measured. */
  readonly cost: number | null;
  readonly noAnswers: readonly { readonly path: string; readonly end: string; readonly problem: string }[];
  /** A letter for each of the board's programs, in their order; see letters.ts. */
  readonly cells: string;
}

/** Results of a detector on a runtime in a way. */
export interface Entry {
  readonly adapter: Adapter;
  readonly runtime: string;
  readonly axis: Axis;
  /** Runs of all repeats, including the control's. */
  readonly recorded: readonly Recorded[];
  readonly cost: number | null;
}

/** Program of the catalogue with its path, by which records name it, and its markers. */
export interface Listed extends Subject {
  readonly markers: Markers;
}

export function boardOf(programs: readonly Listed[], entries: readonly Entry[]): Board {
  return {
    version: 2,
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

/** Reports whether this is the board's main runtime; the others stand beside it. */
export function isMain({ runtime }: Pick<BoardDetector, 'runtime'>): boolean {
  return !/^node-(?!24\.)/.test(runtime);
}

/** Judges each run of each program. */
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
  const firsts = recorded.filter(({ repeat, program }) => repeat === 1 && program !== control);
  const { k, n } = stabilityOf(new Map([...judged].map(([path, each]) => [path, each.map(letterOf)])));
  return {
    ...aboutOf(adapter),
    runtime,
    axis,
    spurious: spuriousOf(programs, judged),
    hung: firsts.filter(({ end }) => end === 'hung').length,
    stability: { k, n },
    cost,
    noAnswers: firsts
      .filter(({ end }) => end === 'crashed' || end === 'timed out')
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

/** Counts the pairs whose fix gets the same report as the leak: the detector has seen something else than the leak. */
function spuriousOf(programs: readonly Listed[], judged: ReadonlyMap<string, readonly Judged[]>): number {
  const firstOf = (program: Listed | undefined): Judged | undefined => judged.get(program?.path ?? '')?.[0];
  const said = ({ findings }: Judged): string =>
    JSON.stringify(findings.map(({ type, kind, count }) => [type, kind, count]).toSorted());
  const fixes = new Map(programs.filter(({ role }) => role === 'fix').map((each) => [each.id, each]));
  return programs.filter((program) => {
    const [leak, fix] = [firstOf(program), firstOf(fixes.get(program.id))];
    return program.role === 'pattern' && leak && fix && isCaught(leak.outcome) && said(fix) === said(leak);
  }).length;
}
