import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../shared/project-root.ts';
import { shardOf, type Shard } from '../shared/shard.ts';
import { UsageError } from '../shared/usage-error.ts';
import { axes, type Axis } from './answer/adapter.ts';
import type { Named } from './board/board-plan.ts';

export const scoreHelp = `usage: leaklab score [ID|FAMILY…] [--adapter A]… [--runtime R]… [--axis A]… [--repeat N] [--sample N]
                     [--shard I/N] [--merge FOLDER]… [--jobs N] [--cost N] [--board FOLDER] [--bless] [--check]
                     [--conform A] [--list] [--json] [--cache FOLDER] [--expected FILE] [--catalogue FOLDER]

Runs programs of the catalogue under detectors, each in its own process, and scores the detectors' findings. Results are
cached by hashes of program, adapter and runtime, so a killed run resumes. Without a name, an adapter, a runtime, an
axis, a repeat or a sample, it runs the whole board (lab/score/board/board-plan.ts).

  --adapter A         a detector's name, or an adapter's file; repeatable; default all
  --runtime R         node (this one), 22, 24, 26, deno, bun; default this one, and deno and bun for adapters there
  --axis A            plain (the default), await-first, callback, several; repeatable
  --repeat N          run each program N times, to see whether the results agree; default 1
  --sample N          only N pairs of each family, a new sample each day
  --shard I/N         only the Ith of N parts
  --merge FOLDER      add the results in another shard's --cache; repeatable
  --jobs N            run N programs at the same time; default 3
  --cost N            measure the cost of the detectors, in N rounds
  --board FOLDER      write board.json and board.md
  --bless             write the results as the expected ones; those that were not run stay
  --check             compare with the expected results; a loss and an unexpected gain both fail
  --conform A         report faults of an adapter, in its description and its answers
  --list              list the detectors, with their claims
  --json              print the board as one object
  --cache FOLDER      folder of cached results; default .cache/score
  --expected FILE     the table of expected results; default lab/score/expected.json
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default the project's own

exit code: 0 done, and as expected; 1 not as expected, or the adapter does not conform; 2 used wrongly`;

/** Request to `leaklab score`; its folders are absolute. */
export interface ScoreRequest {
  /** Ids and families; empty for all. */
  readonly programs: readonly string[];
  /** Parts of the board's plan that the user names; absent for the whole plan. */
  readonly named?: Named;
  readonly jobs: number;
  /** Rounds in which the cost is measured; 0 for none. */
  readonly costRounds: number;
  readonly shard?: Shard;
  readonly merge: readonly string[];
  readonly board?: string;
  readonly expectation?: 'bless' | 'check';
  readonly conform?: string;
  readonly isList: boolean;
  readonly isJson: boolean;
  readonly cache: string;
  readonly expected: string;
  readonly catalogue: string;
}

/** Parses the arguments. @throws UsageError, or TypeError from parseArgs, if it is used wrongly */
export function parseScoreArgs(args: string[]): ScoreRequest {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      adapter: { type: 'string', multiple: true, default: [] },
      program: { type: 'string', multiple: true, default: [] },
      runtime: { type: 'string', multiple: true, default: [] },
      axis: { type: 'string', multiple: true, default: [] },
      repeat: { type: 'string' },
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
      expected: { type: 'string', default: join(import.meta.dirname, 'expected.json') },
      catalogue: { type: 'string', default: projectRoot },
    },
  });
  const { adapter, runtime, axis, repeat, sample, board, conform } = values;
  const programs = [...positionals, ...values.program];
  const isNamed =
    [adapter, runtime, axis, programs].some((list) => list.length > 0) ||
    repeat !== undefined ||
    sample !== undefined;
  return {
    programs,
    ...(isNamed && {
      named: {
        adapters: adapter,
        runtimes: runtime,
        axes: axis.length > 0 ? axis.map(axisOf) : ['plain'],
        repeats: repeat === undefined ? 1 : countOf(repeat, '--repeat', 1),
        ...(sample !== undefined && {
          sample: { pairs: countOf(sample, '--sample', 1), from: daysSince1970() },
        }),
      },
    }),
    jobs: countOf(values.jobs, '--jobs', 1),
    costRounds: countOf(values.cost, '--cost', 0),
    ...(values.shard !== undefined && { shard: shardOf(values.shard) }),
    merge: values.merge.map((folder) => resolve(folder)),
    ...(board !== undefined && { board: resolve(board) }),
    ...((values.bless || values.check) && { expectation: values.bless ? 'bless' : 'check' }),
    ...(conform !== undefined && { conform }),
    isList: values.list,
    isJson: values.json,
    cache: resolve(values.cache),
    expected: resolve(values.expected),
    catalogue: resolve(values.catalogue),
  };
}

/** Counts the days since 1970, for a new sample each day. */
function daysSince1970(): number {
  return Math.floor(Date.now() / 86_400_000);
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
    `${option} ${JSON.stringify(text)} is not a count`,
    `give it a whole number from ${least}`,
  );
}
