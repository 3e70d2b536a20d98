/**
 * `npm run suites`: runs test suites of published packages, without leaklab and with its one line. Each leak that is
 * reported must have a judgement, by a person who has read the code, in `judgements.json`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lab/shared/error-message.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import { installSuite, packLeaklab, versionOf } from './install-suite.ts';
import { compared, readJudgements, type Comparison, type Judgement } from './judgement.ts';
import { observationOf, type Observation, type Pair } from './observation.ts';
import { saveObservation, writePage } from './save-observation.ts';
import { runSuite, type SuiteRun } from './run-suite.ts';
import { suites } from './list/suites.ts';
import type { Suite } from './suite.ts';
import { problemsOf } from './verdict-of-run.ts';

const help = `usage: npm run suites -- [NAME…] [--runs N] [--save] [--json]
       npm run suites -- --page

Runs test suites of published packages, without leaklab and with it, in turn.

  NAME      ${suites.map(({ name }) => name).join(', ')}; default all
  --runs N  number of runs without and with leaklab; default 1
  --save    saves the results in docs/suites.json, and writes docs/suites.md
  --page    only writes docs/suites.md, from the saved results
  --json    prints the results as one object

exit code: 0 all is as judged, 1 a leak is new or gone, or a run goes wrong, 2 used wrongly
`;

/** Results of one suite, compared with its judgements. */
interface Seen extends Comparison {
  readonly observation: Observation;
  readonly problems: readonly string[];
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`suites: ${error.message}\nnext: ${error.next}\n`);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.help) process.stdout.write(help);
  else if (values.page) writePage();
  else return runAll(chosen(positionals), runsOf(values.runs), values);
  return 0;
}

async function runAll(
  list: readonly Suite[],
  runs: number,
  { json, save }: { readonly json: boolean; readonly save: boolean },
): Promise<number> {
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(text);
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-suites-'));
  const judgements = readJudgements();
  try {
    const tarball = await packLeaklab(folder);
    const seen: Seen[] = [];
    for (const suite of list) {
      say(`\n── ${suite.package} ${versionOf(suite)}, ${suite.runner}\n`);
      const own = judgements.filter((each) => each.suite === suite.name);
      const root = await installSuite(suite, tarball);
      const one = await observe(suite, root, own, {
        runs,
        folder,
        say,
        keep: save ? saveObservation : () => {},
      });
      say(textOf(one, own));
      seen.push(one);
    }
    if (json) process.stdout.write(`${JSON.stringify({ version: 1, suites: seen })}\n`);
    const right = seen.filter(isRight).length;
    say(`\n${right} passed, ${seen.length - right} failed\n`);
    return right === seen.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '1' },
        save: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error), 'npm run suites -- --help');
  }
}

/** @throws UsageError */
function chosen(names: readonly string[]): readonly Suite[] {
  const known = suites.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `no suite ${unknown.join(', ')}`,
      `npm run suites -- NAME, one of ${known.join(', ')}`,
    );
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

/** @throws UsageError */
function runsOf(text: string): number {
  const runs = Number(text);
  if (Number.isSafeInteger(runs) && runs >= 1) return runs;
  throw new UsageError(
    `--runs ${JSON.stringify(text)} is not a whole number from 1 up`,
    'npm run suites -- --runs 3',
  );
}

interface Around {
  readonly runs: number;
  readonly folder: string;
  say(text: string): void;
  /** Saves the results after each pair of runs. */
  keep(observation: Observation): void;
}

async function observe(
  suite: Suite,
  root: string,
  judgements: readonly Judgement[],
  { runs, folder, say, keep }: Around,
): Promise<Seen> {
  const pairs: Pair[] = [];
  for (let round = 1; round <= runs; round += 1) {
    const run = (name: string, withLeaklab: boolean): Promise<SuiteRun> =>
      runSuite(suite, root, withLeaklab, join(folder, suite.name, `${name}-${round}`));
    const bare = await run('bare', false);
    const watched = await run('watched', true);
    pairs.push({ bare, watched });
    say(`   without: ${ended(bare)}; with: ${ended(watched)}\n`);
    keep(observationOf(suite, pairs, join(root, suite.folder)));
  }
  const observation = observationOf(suite, pairs, join(root, suite.folder));
  const problems = new Set(pairs.flatMap(({ bare, watched }) => problemsOf(suite, bare, watched)));
  return { observation, ...compared(observation.causes, judgements), problems: [...problems] };
}

function ended({ code, ms, results }: SuiteRun): string {
  return `${results.length} tests, ${(ms / 1000).toFixed(1)} s, exit code ${code}`;
}

function isRight({ fresh, gone, problems }: Seen): boolean {
  return fresh.length === 0 && gone.length === 0 && problems.length === 0;
}

function textOf(seen: Seen, judgements: readonly Judgement[]): string {
  const { observation, fresh, gone, problems } = seen;
  const lines = [
    ...judgements.map(({ what, verdict }) => `   ${verdict}: ${what}`),
    ...fresh.map(
      ({ key, count, units }) => ` ✗ not judged yet: ${key} (${count}, in ${units} tests or files)`,
    ),
    ...gone.map((key) => ` ✗ judged, but no longer found: ${key}`),
    ...problems.map((problem) => ` ✗ ${problem}`),
    isRight(seen)
      ? ` ✓ ${observation.told} of ${observation.verified} tests and files leak, all as judged`
      : '',
  ];
  return lines.flatMap((line) => (line === '' ? [] : `${line}\n`)).join('');
}
