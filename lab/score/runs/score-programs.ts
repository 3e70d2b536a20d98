import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { moduleBeside } from '../../shared/module-beside.ts';
import { startOutside, type Outside } from '../../outside/outside.ts';
import type { Adapter } from '../answer/adapter.ts';
import type { Cache } from './cache.ts';
import { control, runtimeId, type Cell } from './cells.ts';
import { parseFinding, type Finding } from '../answer/answer.ts';
import { packageFile } from './packages.ts';
import { place, type Recorded } from '../answer/recorded.ts';
import { inputsOf } from './program-files.ts';
import { runProgram, type RunResult } from './run-program.ts';
import { isRunner } from './runner.ts';
import { parseSarif } from '../answer/sarif.ts';
import { workFolder } from './work-folder.ts';

export interface ScoreOptions {
  /** Root of the catalogue. */
  readonly root: string;
  readonly cache: Cache;
  /** Number of programs that run at the same time. */
  readonly jobs: number;
  /** Clean programs, relative to the root, from which the axis `several` takes its neighbours. */
  readonly clean: readonly string[];
  /** Called with each finished cell; `isNew` if it had to be run. */
  readonly onDone?: (recorded: Recorded, isNew: boolean) => void;
}

const controlFile = moduleBeside(import.meta.url, '../child/control');

/**
 * Returns the records of these cells, in their order. They come from the cache if program, adapter and runtime are
 * unchanged, else from a run. A kill loses no finished run.
 */
export async function scorePrograms(
  cells: readonly Cell[],
  options: ScoreOptions,
): Promise<readonly Recorded[]> {
  const { cache, jobs, onDone } = options;
  const recorded = new Map<Cell, Recorded>();
  const keys = new Map<Cell, string>();
  const waiting: Cell[] = [];
  for (const cell of cells) {
    const key = cache.keyOf(cell, inputsOf(fileOf(cell, options), neighboursOf(cell, options)));
    keys.set(cell, key);
    const known = cache.read(cell, key);
    if (known) {
      recorded.set(cell, known);
      onDone?.(known, false);
    } else waiting.push(cell);
  }
  const keep = (cell: Cell, result: RunResult): void => {
    const said: Recorded = {
      version: 1,
      key: keys.get(cell) ?? '',
      adapter: cell.adapter.name,
      program: cell.program,
      runtime: runtimeId(cell.runtime),
      axis: cell.axis,
      repeat: cell.repeat,
      ...result,
    };
    cache.write(cell, said);
    recorded.set(cell, said);
    onDone?.(said, true);
  };
  if (waiting.length > 0) {
    const work = workFolder(join(cache.folder, 'work'));
    const outside = await startOutside();
    try {
      await readStatic(waiting, options, work, keep);
      const toRun = waiting.filter(({ adapter }) => isRunner(adapter));
      const work1 = async (): Promise<void> => {
        for (let cell = toRun.shift(); cell; cell = toRun.shift())
          keep(cell, await run(cell, options, work, outside));
      };
      await Promise.all(Array.from({ length: jobs }, work1));
    } finally {
      await outside.close();
      rmSync(work, { recursive: true, force: true });
    }
  }
  return cells.flatMap((cell) => recorded.get(cell) ?? []);
}

async function run(cell: Cell, options: ScoreOptions, work: string, outside: Outside): Promise<RunResult> {
  const { adapter, runtime, axis } = cell;
  if (!isRunner(adapter)) throw new Error(`${adapter.name} runs nothing`);
  return runProgram(adapter, fileOf(cell, options), {
    root: options.root,
    work,
    runtime,
    axis,
    neighbours: neighboursOf(cell, options),
    outside,
  });
}

/** Runs each static analyser once for all files. */
async function readStatic(
  cells: readonly Cell[],
  options: ScoreOptions,
  work: string,
  keep: (cell: Cell, result: RunResult) => void,
): Promise<void> {
  const byAdapter = Map.groupBy(
    cells.filter(({ adapter }) => !isRunner(adapter)),
    ({ adapter }) => adapter,
  );
  for (const [adapter, own] of byAdapter) {
    const started = performance.now();
    const findings = await staticFindings(
      adapter,
      own.map((cell) => fileOf(cell, options)),
      work,
    );
    const ms = Math.round((performance.now() - started) / own.length);
    for (const cell of own) {
      const file = fileOf(cell, options);
      const here = findings.filter((finding) => finding.file === file);
      const places = { program: [file], neighbours: [], lines: Infinity, runner: [] };
      const raw = here
        .map(({ type = 'finding', line = 0 }) => `${relative(options.root, file)}:${line} ${type}`)
        .join('\n');
      keep(cell, { end: 'answered', findings: here.map((finding) => place(finding, places)), ms, raw });
    }
  }
}

async function staticFindings(
  adapter: Adapter,
  files: readonly string[],
  work: string,
): Promise<readonly Finding[]> {
  if (adapter.way === 'static') return parseSarif(await adapter.scan(files, work, packageFile), work);
  if (adapter.way === 'sarif')
    return parseSarif(readFileSync(adapter.file, 'utf8'), adapter.root).map((finding, index) =>
      parseFinding(finding, `result ${index + 1}`),
    );
  return [];
}

function fileOf({ program }: Cell, { root }: ScoreOptions): string {
  return program === control ? controlFile : join(root, program);
}

/** Returns the next clean programs in the catalogue's order, so that each is the neighbour of some program. */
function neighboursOf({ axis, program }: Cell, { root, clean }: ScoreOptions): readonly string[] {
  if (axis !== 'several') return [];
  if (program === control) return [controlFile, controlFile];
  const others = clean.filter((each) => each !== program);
  const at = others.findIndex((each) => each.localeCompare(program) > 0);
  const index = at === -1 ? 0 : at;
  return [index, index + 1].map((each) => join(root, others[each % others.length] ?? program));
}
