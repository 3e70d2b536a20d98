import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { missingPackages } from '../catalogue/link-packages.ts';
import { projectRoot } from '../shared/project-root.ts';
import { select } from '../catalogue/select.ts';
import type { ListedProgram, Manifest } from '../manifest/manifest.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { writeWhole } from '../shared/write-file.ts';
import { boardOf, type Entry, type Listed } from './board/board.ts';
import { Cache } from './runs/cache.ts';
import { cellsOf, runtimeId } from './runs/cells.ts';
import { conform } from './conform.ts';
import { loadAdapter } from './answer/load-adapter.ts';
import { Progress } from './runs/progress.ts';
import { runtimesFor } from './runs/runtimes-here.ts';
import { scoredBoard } from './board/scored-board.ts';
import { scorePrograms } from './runs/score-programs.ts';
import { formatBoard } from './board/table.ts';

const installedScoreHelp = `usage: leaklab score [ID|FAMILY…] --adapter FILE [--adapter FILE]… [--jobs N] [--json] [--cache FOLDER]
       leaklab score --conform FILE [--json] [--cache FOLDER]

Runs programs of the catalogue under a detector, each in its own process, and scores its findings. Results are cached
by hashes of program, adapter and runtime, so a killed run resumes.

  --adapter FILE   an adapter's file; repeatable
  --conform FILE   report faults of an adapter, in its description and its answers
  --jobs N         run N programs at the same time; default 3
  --json           print the board as one object
  --cache FOLDER   folder of cached results; default .cache/leaklab here

exit code: 0 done; 1 the adapter does not conform; 2 used wrongly`;

export const verb: Verb = { help: installedScoreHelp, run: installedScore };

/** Runs `leaklab score` where the package is installed: a foreign detector, on this Node; returns the exit code. */
async function installedScore(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      adapter: { type: 'string', multiple: true, default: [] },
      conform: { type: 'string' },
      jobs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      // in the current folder, whose node_modules have the adapters' packages
      cache: { type: 'string', default: join('.cache', 'leaklab') },
    },
  });
  const folder = resolve(values.cache);
  // programs are modules, whatever the package from which they are scored
  writeWhole(join(folder, 'package.json'), '{ "type": "module" }\n');
  if (values.conform !== undefined) return conform(await loadAdapter(values.conform), values.json, folder);
  if (values.adapter.length === 0)
    throw new UsageError('no adapter', 'leaklab score --adapter ./my-adapter.ts; docs/adapters.md shows one');
  const jobs = Number(values.jobs);
  if (!Number.isSafeInteger(jobs) || jobs < 1)
    throw new UsageError(
      `--jobs ${JSON.stringify(values.jobs)} is not a count`,
      'give it a whole number from 1',
    );
  const adapters = await Promise.all(values.adapter.map(loadAdapter));
  const root = realpathSync(projectRoot);
  const { programs: all } = JSON.parse(readFileSync(join(root, 'catalogue.json'), 'utf8')) as Manifest;
  const programs = withWhatTheyNeed(select(all, positionals, 'leaklab study shows them all'), root);

  const runtimes = await runtimesFor([], adapters);
  const cells = cellsOf({
    adapters,
    runtimes,
    axes: ['plain'],
    repeats: 1,
    programs: programs.map(({ path }) => path),
  });
  const progress = new Progress(cells.length);
  const recorded = await scorePrograms(cells, {
    root,
    cache: new Cache(folder),
    jobs,
    clean: [],
    onDone: (each, isNew) => progress.done(each, isNew),
  });
  progress.end();
  const entries = adapters.flatMap((adapter) =>
    runtimes.map(runtimeId).flatMap((runtime): Entry[] => {
      const own = recorded.filter((each) => each.adapter === adapter.name && each.runtime === runtime);
      return own.length === 0 ? [] : [{ adapter, runtime, axis: 'plain', recorded: own, cost: null }];
    }),
  );
  const board = scoredBoard(boardOf(programs.map(listed), entries));
  process.stdout.write(values.json ? `${JSON.stringify(board, null, 2)}\n` : `${formatBoard(board)}\n`);
  return 0;
}

/** Drops programs that need a package that is not installed, and reports them. */
function withWhatTheyNeed(programs: readonly ListedProgram[], root: string): readonly ListedProgram[] {
  const missing = new Set<string>();
  const runnable = programs.filter(({ path }) => {
    const lacking = missingPackages(readFileSync(join(root, path), 'utf8'));
    for (const name of lacking) missing.add(name);
    return lacking.length === 0;
  });
  if (missing.size > 0)
    process.stderr.write(
      `${programs.length - runnable.length} programs were skipped; to run them: npm install --save-dev ${[...missing].join(' ')}\n`,
    );
  return runnable;
}

function listed({ id, path, role, family, stage, pattern, markers, also }: ListedProgram): Listed {
  return {
    id,
    path,
    role,
    family,
    markers: { leaks: markers, also },
    ...(stage && { stage }),
    ...(pattern && { channel: pattern.seenThrough }),
  };
}
