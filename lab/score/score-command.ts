import { mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { readCatalogue, select, type Catalogue, type Program } from '../catalogue/catalogue.ts';
import { projectRoot } from '../catalogue/root.ts';
import { families } from '../contract.ts';
import { startOutside } from '../outside/outside.ts';
import { UsageError } from '../usage-error.ts';
import { adapters as known } from './adapters.ts';
import { axes, type Adapter, type Axis } from './adapter.ts';
import { bare } from './adapters/bare.ts';
import { boardOf, judgedOf, type Board, type Entry, type Listed } from './board.ts';
import { Cache } from './cache.ts';
import { cellsOf, runtimeId, type RuntimeHere, type Shard } from './cells.ts';
import { conform } from './conform.ts';
import { costKey, measureCost, readCosts, writeCosts } from './cost.ts';
import { differences, expectedOf, readExpected, writeExpected } from './expected.ts';
import { loadAdapter } from './load-adapter.ts';
import { installPackages } from './packages.ts';
import { Progress } from './progress.ts';
import { scorePrograms } from './score-programs.ts';
import { formatBoard } from './table.ts';
import { writeBoard } from './write-board.ts';

export const scoreHelp = `usage: leaklab score [ID|FAMILY…] [--adapter A]… [--runtime R]… [--axis A]… [--repeat N] [--sample N]
                     [--shard I/N] [--merge FOLDER]… [--jobs N] [--cost N] [--board FOLDER] [--bless] [--check]
                     [--conform A] [--list] [--json] [--cache FOLDER] [--expected FOLDER] [--catalogue FOLDER]

Runs programs of the catalogue under detectors, each in a process of its own, and scores what they say. What is done is
kept, by hashes of program, adapter and runtime: a run that was killed goes on where it was.

  --adapter A         a detector's name, or the file of one; again for another; default all
  --runtime R         node (this one), 22, 24, 26, deno, bun; default this one, and deno and bun for what runs there
  --axis A            plain (the default), await-first, callback, several; again for another
  --repeat N          run each program N times, to see whether it comes out the same; default 1
  --sample N          only N pairs of each family, others each day
  --shard I/N         only the Ith of N parts
  --merge FOLDER      take over what another shard has kept in its --cache; again for another
  --jobs N            how many programs run at the same time; default 3
  --cost N            measure what the detectors cost, in N rounds
  --board FOLDER      write board.json, board.md and board.html
  --bless             write what each detector gives as what is expected of it
  --check             compare with what is expected; a loss and an unexpected gain both fail
  --conform A         say what is wrong with an adapter: its description, and what it answers
  --list              name the detectors, and what they claim to see
  --json              print the board as one object
  --cache FOLDER      where what is done is kept; default .cache/score
  --expected FOLDER   where what is expected lies; default lab/score/expected
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default the project's own

exit code: 0 done, and as expected; 1 not as expected, or an adapter that does not conform; 2 used wrongly`;

/** `leaklab score`; prints to standard output, and returns the exit code. */
export async function scoreCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      adapter: { type: 'string', multiple: true, default: [] },
      program: { type: 'string', multiple: true, default: [] },
      runtime: { type: 'string', multiple: true, default: [] },
      axis: { type: 'string', multiple: true, default: ['plain'] },
      repeat: { type: 'string', default: '1' },
      sample: { type: 'string' },
      shard: { type: 'string' },
      merge: { type: 'string', multiple: true, default: [] },
      jobs: { type: 'string', default: '3' },
      cost: { type: 'string', default: '0' },
      board: { type: 'string' },
      bless: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      conform: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: true },
      cache: { type: 'string', default: join(projectRoot, '.cache', 'score') },
      expected: { type: 'string', default: join(import.meta.dirname, 'expected') },
      catalogue: { type: 'string', default: projectRoot },
    },
  });
  if (values.list) return list(values.json);
  if (values.conform !== undefined)
    return conform(await adapterOf(values.conform), values.json, resolve(values.cache));
  const wantedAxes = values.axis.map(axisOf);
  const repeats = countOf(values.repeat, '--repeat', 1);
  const jobs = countOf(values.jobs, '--jobs', 1);
  const rounds = countOf(values.cost, '--cost', 0);
  const shard = values.shard === undefined ? undefined : shardOf(values.shard);
  const catalogue = await readCatalogue(resolve(values.catalogue));
  const selected = select(catalogue, [...positionals, ...values.program]);
  const programs =
    values.sample === undefined ? selected : sampleOf(selected, countOf(values.sample, '--sample', 1));
  const adapters = await Promise.all(
    (values.adapter.length > 0 ? values.adapter : known.map(({ name }) => name)).map(adapterOf),
  );
  if (adapters.some(({ name }) => needsPackages(name))) await installPackages();
  const runtimes = await runtimesOf(values.runtime, adapters);
  const cache = new Cache(resolve(values.cache));
  for (const folder of values.merge) cache.merge(resolve(folder));

  const listed = programs.map((program) => listedOf(program, catalogue));
  const cells = runtimes.flatMap((runtime) =>
    cellsOf({
      adapters,
      runtimes: [runtime],
      axes: wantedAxes,
      repeats,
      programs: listed.filter(({ program }) => holdsOn(program, runtime)).map(({ path }) => path),
      ...(shard && { shard }),
    }),
  );
  const progress = new Progress(cells.length);
  const recorded = await scorePrograms(cells, {
    root: catalogue.root,
    cache,
    jobs,
    clean: catalogue.programs
      .filter(({ role }) => role === 'fix')
      .map(({ file }) => relative(catalogue.root, file)),
    onDone: (each, isNew) => progress.done(each, isNew),
  });
  progress.end();
  const costs = readCosts(cache.folder);
  if (rounds > 0) {
    for (const [key, cost] of await costsOf(
      adapters,
      runtimes,
      programs,
      cache.folder,
      catalogue.root,
      rounds,
    ))
      costs.set(key, cost);
    writeCosts(cache.folder, costs);
  }
  const entries = adapters.flatMap((adapter) =>
    runtimes.flatMap((runtime) =>
      wantedAxes.flatMap((axis): Entry[] => {
        const id = runtimeId(runtime);
        const own = recorded.filter(
          (each) => each.adapter === adapter.name && each.runtime === id && each.axis === axis,
        );
        const cost = costs.get(costKey(adapter.name, id)) ?? null;
        return own.length === 0 ? [] : [{ adapter, runtime: id, axis, recorded: own, cost }];
      }),
    ),
  );
  const board = boardOf(listed, entries);
  if (values.board !== undefined) await writeBoard(resolve(values.board), board, recorded);
  if (values.json) process.stdout.write(`${JSON.stringify(board, null, 2)}\n`);
  else process.stdout.write(`${formatBoard(board)}\n`);
  return values.bless || values.check
    ? compare(entries, listed, resolve(values.expected), values.bless, board)
    : 0;
}

/** Blesses, or says what is not as expected. What is expected is what holds for the plain program on this Node. */
function compare(
  entries: readonly Entry[],
  listed: readonly Listed[],
  folder: string,
  isBlessing: boolean,
  { detectors }: Board,
): number {
  let found = 0;
  for (const [index, entry] of entries.entries()) {
    const { adapter, runtime, axis } = entry;
    const judged = judgedOf(listed, entry);
    if (axis !== 'plain') continue;
    if (isBlessing) {
      writeExpected(
        folder,
        expectedOf({ detector: adapter.name, release: detectors[index]?.version ?? '', runtime }, judged),
      );
      continue;
    }
    for (const { program, what, expected, got } of differences(readExpected(folder, adapter.name), judged)) {
      found += 1;
      process.stderr.write(
        `${what === 'loss' ? '✗' : '!'} ${adapter.name} ${program}: ${what}, expected ${expected}, got ${got}\n`,
      );
    }
  }
  if (found === 0) return 0;
  process.stderr.write(`leaklab: ${found} results are not as expected\n`);
  process.stderr.write('next: look at each; if all are right, leaklab score --bless\n');
  return 1;
}

async function costsOf(
  adapters: readonly Adapter[],
  runtimes: readonly RuntimeHere[],
  programs: readonly Program[],
  folder: string,
  root: string,
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const fixes = programs.filter(({ role }) => role === 'fix');
  const step = Math.max(1, Math.floor(fixes.length / 6));
  const work = join(folder, 'work', `cost-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const outside = await startOutside();
  try {
    return await measureCost(
      adapters.flatMap((adapter) =>
        runtimes
          .filter(({ name }) => (adapter.runtimes ?? ['node']).includes(name))
          .map((runtime) => ({ adapter, runtime })),
      ),
      {
        root,
        work,
        outside,
        rounds,
        programs: fixes
          .filter((_, index) => index % step === 0)
          .slice(0, 6)
          .map(({ file }) => file),
        bare,
        onRound: (round) => process.stderr.write(`cost, round ${round} of ${rounds}\n`),
      },
    );
  } finally {
    await outside.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function adapterOf(name: string): Promise<Adapter> {
  const found = known.find((adapter) => adapter.name === name);
  if (found) return found;
  if (/[./]/.test(name)) return loadAdapter(name);
  throw new UsageError(
    `no detector ${JSON.stringify(name)}`,
    `one of ${known.map((adapter) => adapter.name).join(', ')}, or the file of one`,
  );
}

/** Whether it is one of those that lab/score/package.json pins. */
function needsPackages(name: string): boolean {
  return ['jest', 'rstest', 'deno-test', 'bun-test', 'leaked-handles', 'eslint', 'memlab'].includes(name);
}

async function runtimesOf(
  names: readonly string[],
  adapters: readonly Adapter[],
): Promise<readonly RuntimeHere[]> {
  if (names.some((name) => name === 'deno' || name === 'bun')) await installPackages();
  return (await import('./runtimes-here.ts')).runtimesFor(names, adapters);
}

function holdsOn({ pattern }: Program, { name, version }: RuntimeHere): boolean {
  return name !== 'node' || !pattern || semver.satisfies(version, pattern.node);
}

function listedOf(program: Program, { root }: Catalogue): Listed {
  const { id, role, family, file, pattern } = program;
  return {
    id,
    role,
    family,
    path: relative(root, file),
    program,
    ...(pattern && { stage: pattern.stage, channel: pattern.channel }),
  };
}

/** So many pairs of each family with all that belongs to them, others each day. */
function sampleOf(programs: readonly Program[], size: number): readonly Program[] {
  const day = Math.floor(Date.now() / 86_400_000);
  const ids = families.flatMap((family) => {
    const own = programs.filter((program) => program.family === family && program.role === 'pattern');
    return Array.from(
      { length: Math.min(size, own.length) },
      (_, index) => own[(day * size + index) % own.length]?.id,
    );
  });
  return programs.filter(({ id }) => ids.includes(id));
}

function axisOf(name: string): Axis {
  const axis = axes.find((each) => each === name);
  if (axis) return axis;
  throw new UsageError(`no axis ${JSON.stringify(name)}`, `one of ${axes.join(', ')}`);
}

function countOf(text: string, option: string, least: number): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(
    `${option} ${JSON.stringify(text)} is no count`,
    `give it a whole number from ${least}`,
  );
}

function shardOf(text: string): Shard {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new UsageError(`--shard ${JSON.stringify(text)} is no part`, 'write it as 2/5: the second of five');
}

function list(isJson: boolean): number {
  const rows = known.map(({ name, title = name, version, sees }) => ({ name, title, version, sees }));
  if (isJson) process.stdout.write(`${JSON.stringify({ version: 1, detectors: rows }, null, 2)}\n`);
  else
    for (const { name, title, version, sees } of rows)
      process.stdout.write(
        `${name.padEnd(20)} ${version.padEnd(14)} ${title}; sees ${sees.join(', ') || 'nothing it would claim'}\n`,
      );
  return 0;
}
