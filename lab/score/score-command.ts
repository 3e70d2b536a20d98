import { relative } from 'node:path';
import { readCatalogue, type Catalogue } from '../catalogue/catalogue.ts';
import { select } from '../catalogue/select.ts';
import type { Shard } from '../shared/shard.ts';
import type { Verb } from '../verb.ts';
import { adapters as known } from './adapters.ts';
import { boardPlan, type Named } from './board/board-plan.ts';
import { boardOf, isMain, type Entry } from './board/board.ts';
import { Cache } from './runs/cache.ts';
import { cellsOf, runtimeId, type Cell } from './runs/cells.ts';
import { compareExpected } from './board/compare-expected.ts';
import { conform } from './conform.ts';
import { costKey, measureCosts, readCosts, writeCosts, type DetectorHere } from './cost.ts';
import { adapterOf, listAdapters, needsPackages } from './answer/named-adapter.ts';
import { installPackages } from './runs/packages.ts';
import { Progress } from './runs/progress.ts';
import type { Recorded } from './answer/recorded.ts';
import { runtimesFor } from './runs/runtimes-here.ts';
import { scoredBoard } from './board/scored-board.ts';
import { scorePrograms } from './runs/score-programs.ts';
import { parseScoreArgs, scoreHelp } from './score-options.ts';
import { holdsOn, listedOf, sampleOf } from './select-programs.ts';
import { formatBoard } from './board/table.ts';
import { writeBoard } from './board/write-board.ts';

export const verb: Verb = { help: scoreHelp, run: scoreCommand };

/** Runs `leaklab score`, prints to standard output, and returns the exit code. */
async function scoreCommand(args: string[]): Promise<number> {
  const request = parseScoreArgs(args);
  const { named, isJson, expectation } = request;
  if (request.isList) return listAdapters(isJson);
  if (request.conform !== undefined) return conform(await adapterOf(request.conform), isJson, request.cache);
  const catalogue = await readCatalogue(request.catalogue);
  const selected = select(catalogue.programs, request.programs);
  const programs = named?.sample ? sampleOf(selected, named.sample) : selected;
  const cache = new Cache(request.cache);
  for (const folder of request.merge) cache.merge(folder);

  const cells = withoutDoubles(
    (
      await Promise.all(
        (named ? [named] : boardPlan).map((part) =>
          cellsOfPart(part, { ...catalogue, programs }, request.shard),
        ),
      )
    ).flat(),
  );
  const progress = new Progress(cells.length);
  const recorded = await scorePrograms(cells, {
    root: catalogue.root,
    cache,
    jobs: request.jobs,
    clean: catalogue.programs
      .filter(({ role }) => role === 'fix')
      .map(({ file }) => relative(catalogue.root, file)),
    onDone: (each, isNew) => progress.done(each, isNew),
  });
  progress.end();

  const costs = readCosts(cache.folder);
  if (request.costRounds > 0) {
    const fixes = programs.filter(({ role }) => role === 'fix').map(({ file }) => file);
    const detectors = detectorsOf(
      cells.filter(({ axis, runtime }) => axis === 'plain' && isMain({ runtime: runtimeId(runtime) })),
    );
    const { root } = catalogue;
    const settings = { root, folder: cache.folder, rounds: request.costRounds };
    for (const [key, cost] of await measureCosts(detectors, fixes, settings)) costs.set(key, cost);
    writeCosts(cache.folder, costs);
  }
  const entries = entriesOf(cells, recorded, costs);
  const board = boardOf(
    programs.map((program) => listedOf(program, catalogue)),
    entries,
  );
  if (request.board !== undefined) await writeBoard(request.board, board);
  const scored = scoredBoard(board);
  process.stdout.write(isJson ? `${JSON.stringify(scored, null, 2)}\n` : `${formatBoard(scored)}\n`);
  if (!expectation) return 0;
  const all = catalogue.programs.map((program) => listedOf(program, catalogue));
  return compareExpected(entries, all, request.expected, expectation);
}

async function cellsOfPart(
  { adapters: names, runtimes: runtimeNames, axes, repeats, sample }: Named,
  catalogue: Catalogue,
  shard: Shard | undefined,
): Promise<readonly Cell[]> {
  const adapters = await Promise.all(
    (names.length > 0 ? names : known.map(({ name }) => name)).map(adapterOf),
  );
  if (adapters.some(({ name }) => needsPackages(name))) await installPackages();
  const runtimes = await runtimesFor(runtimeNames, adapters);
  const programs = sample ? sampleOf(catalogue.programs, sample) : catalogue.programs;
  return runtimes.flatMap((runtime) =>
    cellsOf({
      adapters,
      runtimes: [runtime],
      axes,
      repeats,
      programs: programs
        .filter((program) => holdsOn(program, runtime))
        .map(({ file }) => relative(catalogue.root, file)),
      ...(shard && { shard }),
    }),
  );
}

/** Drops cells that several parts of the plan name. */
function withoutDoubles(cells: readonly Cell[]): readonly Cell[] {
  return [...new Map(cells.map((cell) => [`${rowOf(cell)} ${cell.program} ${cell.repeat}`, cell])).values()];
}

/** Returns the name of a cell's row on the board. */
function rowOf({ adapter, runtime, axis }: Pick<Cell, 'adapter' | 'runtime' | 'axis'>): string {
  return `${adapter.name} ${runtimeId(runtime)} ${axis}`;
}

/** Lists each detector on each runtime once. */
function detectorsOf(cells: readonly Cell[]): readonly DetectorHere[] {
  return [...new Map(cells.map((cell) => [rowOf(cell), cell])).values()];
}

function entriesOf(
  cells: readonly Cell[],
  recorded: readonly Recorded[],
  costs: ReadonlyMap<string, number>,
): readonly Entry[] {
  const byRow = Map.groupBy(recorded, ({ adapter, runtime, axis }) => `${adapter} ${runtime} ${axis}`);
  return [...Map.groupBy(cells, rowOf)].map(([row, [first]]) => {
    const { adapter, axis, runtime } = first as Cell;
    const id = runtimeId(runtime);
    const cost = axis === 'plain' ? (costs.get(costKey(adapter.name, id)) ?? null) : null;
    return { adapter, runtime: id, axis, recorded: byRow.get(row) ?? [], cost };
  });
}
