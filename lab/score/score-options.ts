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

Runs programs of the catalogue under detectors, each in a process of its own, and scores what they say. What is done is
kept, by hashes of program, adapter and runtime: a run that was killed goes on where it was. Without a name, an adapter,
a runtime, an axis, a repeat or a sample, it is all that the board shows (lab/score/board/board-plan.ts).

  --adapter A         a detector's name, or the file of one; again for another; default all
  --runtime R         node (this one), 22, 24, 26, deno, bun; default this one, and deno and bun for what runs there
  --axis A            plain (the default), await-first, callback, several; again for another
  --repeat N          run each program N times, to see whether it comes out the same; default 1
  --sample N          only N pairs of each family, others each day
  --shard I/N         only the Ith of N parts
  --merge FOLDER      take over what another shard has kept in its --cache; again for another
  --jobs N            how many programs run at the same time; default 3
  --cost N            measure what the detectors cost, in N rounds
  --board FOLDER      write board.json and board.md
  --bless             write what each detector gives as what is expected of it; what was not run stays as it was
  --check             compare with what is expected; a loss and an unexpected gain both fail
  --conform A         say what is wrong with an adapter: its description, and what it answers
  --list              name the detectors, and what they claim to see
  --json              print the board as one object
  --cache FOLDER      where what is done is kept; default .cache/score
  --expected FILE     the table of expected results; default lab/score/expected.json
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default the project's own

exit code: 0 done, and as expected; 1 not as expected, or an adapter that does not conform; 2 used wrongly`;

/** What `leaklab score` was asked for; folders are absolute. */
export interface ScoreRequest {
  /** Ids and families; none for all. */
  readonly programs: readonly string[];
  /** What to run: parts of the board's plan that are named by hand, or none for the whole plan. */
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

/** @throws UsageError, or TypeError from parseArgs, if it is used wrongly */
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

/** So that a sample is another one each day. */
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
    `${option} ${JSON.stringify(text)} is no count`,
    `give it a whole number from ${least}`,
  );
}
