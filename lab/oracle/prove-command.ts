import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { readCatalogue } from '../catalogue/catalogue.ts';
import { select } from '../catalogue/select.ts';
import { projectRoot } from '../shared/project-root.ts';
import { formatRecords } from '../shared/json-records.ts';
import { versionOf } from '../shared/node-version.ts';
import { showStatus } from '../shared/status-line.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { writeWhole } from '../shared/write-file.ts';
import { createProgress } from './progress.ts';
import { mergedWith, readProofFile, toProofFile } from './proof-file.ts';
import { describeProof, describeSummary } from './proof-lines.ts';
import { nodeRuntime } from './runtime.ts';
import { prove, type Program } from './prove.ts';

export const proveHelp = `usage: leaklab prove [ID|FAMILY…] [--times N] [--save FILE] [--json] [--node PATH | --runtime deno|bun]
                     [--catalogue FOLDER]

Proves labels without any detector: runs each program 1, 5 and 25 times in its own process, and reads the
counts of the operating system and the engine. The observables of a pattern grow with every run, those of a fix
or a decoy don't. Without a name, it proves all programs.

  --times N           measure each program N times; all must agree (default 1)
  --save FILE         write the curves to FILE as JSON; those of other programs stay
  --json              print the same to standard output
  --node PATH         the Node that runs the programs
  --runtime NAME      deno or bun, fetched at first use: reports for each program whether its label holds there,
                      differs, or is not applicable because the program does not do its job there
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default the project's own

exit code: 0 every label holds (--runtime: stands as in docs/proofs/NAME.json); 1 some don't; 2 used wrongly`;

export const verb: Verb = { help: proveHelp, run: proveCommand };

/**
 * Runs `leaklab prove`, prints to standard output, and returns the exit code.
 *
 * @throws UsageError for an unknown id, an invalid number of times, or a Node that doesn't start
 */
async function proveCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '1' },
      save: { type: 'string' },
      json: { type: 'boolean', default: false },
      node: { type: 'string' },
      runtime: { type: 'string' },
      catalogue: { type: 'string', default: projectRoot },
    },
  });
  const times = countOf('times', values.times);
  const catalogue = await readCatalogue(resolve(values.catalogue));
  if (values.runtime !== undefined) {
    if (values.node !== undefined)
      throw new UsageError(
        '--node and --runtime exclude each other',
        'name the runtime to measure with once',
      );
    const { proveElsewhere } = await import('./by-source/prove-elsewhere.ts');
    return proveElsewhere(values.runtime, catalogue, select(catalogue.programs, positionals), {
      ...values,
      times,
    });
  }
  const node = values.node ?? process.execPath;
  const version = versionOf(node);
  const holding = (some: readonly Program[]): readonly Program[] =>
    some.filter(({ pattern }) => !pattern || semver.satisfies(version, pattern.node));
  const programs = holding(select(catalogue.programs, positionals));

  const start = performance.now();
  const progress = createProgress(programs, !values.json, describeProof);
  const proofs = await prove(programs, { runtime: nodeRuntime(node), times, onProgress: progress });
  showStatus('');

  const file = toProofFile(proofs, { node: version, times, root: catalogue.root });
  if (values.save !== undefined) {
    const before = existsSync(values.save) ? readProofFile(values.save) : undefined;
    const paths = holding(catalogue.programs).map((program) => relative(catalogue.root, program.file));
    writeWhole(values.save, formatRecords(mergedWith(before, file, paths)));
  }
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(values.json ? formatRecords(file) : `\n${describeSummary(proofs, seconds)}\n`);
  return proofs.every(({ holds }) => holds) ? 0 : 1;
}

function countOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) {
    throw new UsageError(
      `--${option} ${JSON.stringify(text)} is not a whole number from 1 to 100`,
      `--${option} 3`,
    );
  }
  return value;
}
