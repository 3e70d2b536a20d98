/**
 * `npm run acceptance`: tries the package as a user gets it, in every runner, on a leaking suite and a clean one, and
 * compares the results with docs/runners.md.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeExecutable, nodeLines } from '../../lab/shared/project-releases.ts';
import { versionOf } from '../../lab/shared/node-version.ts';
import { messageOf } from '../../lab/shared/error-message.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import { runnerCost, type RunnerCost } from './cost.ts';
import { homeOf, install, pack, packageProblems, runnerVersions, type Installed } from './installed.ts';
import { driftOf, saveStanding } from './save-standing.ts';
import { readStanding, withCosts, type LineStanding, type Standing } from './standing.ts';
import { trials } from './trials.ts';
import { preloadedRows } from './try-preloaded.ts';
import { registerName, tryRegister } from './try-register.ts';
import { tryRunner, type Tried } from './try-runner.ts';

const help = `usage: npm run acceptance -- [--node 22|24|26|all] [--save] [--only TEXT]
       npm run acceptance -- --cost [--rounds N] [--save] [--only TEXT]

Packs the package, checks it with publint and attw, installs it in an empty folder beside each test runner, and runs a
suite with known leaks and a clean one. Without --node it uses the Node of the project. It compares the results with
docs/runners.md; --save writes that page instead. --only runs the rows whose names contain TEXT.

--cost measures what leaklab adds to a suite of 2,000 trivial tests, in N rounds (default 3). Rows that --only leaves
out stay on the page unchanged.

exit code: 0 each result is right and as on the page; 1 some are not; 2 used wrongly`;

/** Differences to print for one row; if a file can't be loaded, all of its tests are missing. */
const shownDifferences = 8;

/** Row of the table, with the way to try it. */
interface Row {
  readonly name: string;
  readonly lastNode?: number | undefined;
  run(node: string, installed: Installed): Promise<Tried>;
}

const rows: readonly Row[] = [
  ...trials.map((trial) => ({
    name: trial.name,
    lastNode: trial.lastNode,
    run: (node: string, installed: Installed) => tryRunner(trial, node, homeOf(trial, installed)),
  })),
  { name: registerName, run: (node, { alone }) => tryRegister(node, alone) },
  ...preloadedRows.map(({ name, run }) => ({
    name,
    run: (node: string, { alone }: Installed) => run(node, alone),
  })),
];

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`acceptance: ${error.message}\nnext: npm run acceptance -- ${error.next}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { node, save, only, cost, rounds, help: isAsked } = readArguments();
  if (isAsked) return print(help);
  const lines = linesOf(node);
  if (only !== undefined && !rows.some(({ name }) => name.includes(only)))
    throw new UsageError(`no row has ${JSON.stringify(only)} in its name`, '--only mocha');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-acceptance-')));
  try {
    const packed = await pack(folder);
    const problems = await packageProblems(packed);
    for (const problem of problems) print(`✗ the package\n${problem}`);
    if (problems.length === 0) print('✓ the package: publint and attw find no problem');
    const named = trials.filter(({ name }) => only === undefined || name.includes(only));
    const installed = await install(packed, folder, named);
    if (cost) return await costs(installed, only, rounds, save);
    return await acceptance(lines, installed, only, save, problems.length === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function acceptance(
  lines: Readonly<Record<string, string>>,
  installed: Installed,
  only: string | undefined,
  save: boolean,
  isPackageRight: boolean,
): Promise<number> {
  const own = rows.filter(({ name }) => only === undefined || name.includes(only));
  const right = [isPackageRight];
  const tried: Record<string, LineStanding> = {};
  for (const [line, version] of Object.entries(lines)) {
    const node = version === process.version.slice(1) ? process.execPath : await nodeExecutable(version);
    print(`\n── Node ${versionOf(node)}`);
    const here = own.filter(({ lastNode = Infinity }) => Number(line) <= lastNode);
    const results = await inTurns(here, (row) => row.run(node, installed));
    right.push(...results.map(({ differences }) => differences.length === 0));
    const answers = here.map(({ name }, index) => [name, results[index]?.answers] as const);
    tried[line] = { node: version, runners: Object.fromEntries(answers) as LineStanding['runners'] };
  }
  const committed = readStanding();
  const standing: Standing = { version: 1, packages: runnerVersions(), lines: tried };
  // lines that were not tried stay as they are
  if (save) saveStanding({ ...committed, ...standing, lines: { ...committed?.lines, ...tried } });
  if (only === undefined) {
    const drift = driftOf(readStanding(), standing);
    for (const each of drift) print(`✗ ${each}; npm run acceptance -- --node all --save`);
    if (drift.length === 0) print('\n✓ docs/runners.md has the same results');
    right.push(drift.length === 0);
  }
  const passed = right.filter(Boolean).length;
  print(`\n${passed} passed, ${right.length - passed} failed`);
  return passed === right.length ? 0 : 1;
}

/** Runs as many rows at the same time as there are processors; prints each when it is over. */
async function inTurns(all: readonly Row[], run: (row: Row) => Promise<Tried>): Promise<Tried[]> {
  const results: Tried[] = [];
  const waiting = [...all.entries()];
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, row] = next;
      const started = performance.now();
      const tried = await run(row);
      results[index] = tried;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      print(`${tried.differences.length === 0 ? '✓' : '✗'} ${row.name} (${seconds} s)`);
      for (const { aspect, what } of tried.differences.slice(0, shownDifferences))
        print(`    ${aspect}: ${what}`);
      const more = tried.differences.length - shownDifferences;
      if (more > 0) print(`    and ${more} more`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return results;
}

async function costs(
  installed: Installed,
  only: string | undefined,
  rounds: number,
  save: boolean,
): Promise<number> {
  const runners: RunnerCost[] = [];
  const measured = trials.filter(({ name, entry }, index) => {
    if (only !== undefined) return name.includes(only);
    // one way of each runner
    return trials.findIndex((other) => other.entry === entry) === index;
  });
  for (const trial of measured) {
    const cost = await runnerCost(trial, process.execPath, homeOf(trial, installed), rounds);
    runners.push(cost);
    const [median, least, most] = cost.added.map((each) => each.toFixed(2));
    const seconds = `${cost.bare.clock.toFixed(1)} s without, ${cost.watched.clock.toFixed(1)} s with`;
    print(`${cost.name}: ${seconds}, ${median} ms for each test (${least} – ${most}), load ${cost.load[1]}`);
  }
  const committed = readStanding();
  if (save && committed) saveStanding({ ...committed, cost: withCosts(committed, runners) });
  return 0;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        node: { type: 'string', default: 'here' },
        save: { type: 'boolean', default: false },
        only: { type: 'string' },
        cost: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '3' },
        help: { type: 'boolean', default: false },
      },
    });
    const rounds = Number(values.rounds);
    if (!Number.isSafeInteger(rounds) || rounds < 1)
      throw new UsageError(
        `--rounds ${JSON.stringify(values.rounds)} is not a whole number from 1 up`,
        '--rounds 3',
      );
    if (values.save && values.only !== undefined && !values.cost)
      throw new UsageError('--save needs all rows, and --only runs some', '--save');
    return { ...values, rounds };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(messageOf(error), '--help');
  }
}

/** Returns the Node lines asked for, each with the release that stands for it. */
function linesOf(asked: string): Readonly<Record<string, string>> {
  if (asked === 'all') return nodeLines;
  const here = process.version.slice(1);
  const line = asked === 'here' ? here.split('.')[0] : asked;
  const known = Object.entries(nodeLines).find(([name]) => name === line);
  if (!known)
    throw new UsageError(`--node ${JSON.stringify(asked)} is no Node line`, '--node 22, 24, 26 or all');
  return { [known[0]]: asked === 'here' ? here : known[1] };
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}
