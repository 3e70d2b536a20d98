import { resolve } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import semver from 'semver';
import { readCatalogue } from '../catalogue/catalogue.ts';
import { select } from '../catalogue/select.ts';
import { projectRoot } from '../shared/project-root.ts';
import { formatReports, reported, type ReportsFile } from './reports-file.ts';
import { showStatus } from '../shared/status-line.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { writeWhole } from '../shared/write-file.ts';
import { explain } from './explain.ts';
import { leaks, type Judgement } from './judge.ts';
import { toJunit } from './junit.ts';
import { knownOf, readMisses, surprises, type Miss } from './misses.ts';
import { runPrograms } from './run-programs.ts';
import { formatTable, summarize } from './summary.ts';

const runHelp = `usage: leaklab run [ID|FAMILY…] [--json] [--junit FILE] [--reports FILE] [--catalogue FOLDER]

Runs programs of the catalogue under the detector, each in a separate process: every pattern must be reported with
its kind, line and count as marked, every fix and decoy must be silent. Without a name, runs all of them.
Known misses of the detector are listed in docs/misses.json, with their causes: they are reported, and fail the run
only if they come out otherwise.

  --json              print one object: { version, node, summary, programs }
  --junit FILE        write the result as JUnit XML as well
  --reports FILE      write the reports of the programs that leak, as JSON
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default this project

exit code: 0 all as marked, or known misses; 1 at least one program differs; 2 used wrongly`;

export const verb: Verb = { help: runHelp, run: runCommand };

/** Runs `leaklab run`, prints to standard output, and returns the exit code. */
async function runCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      junit: { type: 'string' },
      reports: { type: 'string' },
      catalogue: { type: 'string', default: projectRoot },
    },
  });
  const started = performance.now();
  const catalogue = await readCatalogue(resolve(values.catalogue));
  const programs = select(catalogue.programs, positionals).filter(
    ({ pattern }) => !pattern || semver.satisfies(process.version, pattern.node),
  );
  if (programs.length === 0)
    throw new UsageError(
      `none of them holds on Node ${process.version}`,
      'leaklab corpus says which versions they hold on',
    );
  // read before the run, which takes minutes
  const misses = readMisses(catalogue.root);
  const stream = values.json ? process.stderr : process.stdout;
  const judgements = await runPrograms(programs, {
    onJudged: (judgement, done) => showJudged(stream, judgement, `${done}/${programs.length}`),
  });
  showStatus('', stream);
  const ms = performance.now() - started;
  const failed = surprises(judgements, misses, catalogue.root);
  const known = judgements.flatMap((judgement) =>
    failed.includes(judgement) ? [] : (knownOf(judgement, misses, catalogue.root) ?? []),
  );
  if (values.junit !== undefined) writeWhole(resolve(values.junit), toJunit(judgements, ms));
  if (values.reports !== undefined) {
    const reports = reportsOf(judgements, catalogue.root);
    writeWhole(resolve(values.reports), formatReports(reports));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(toJson(judgements, ms, known), null, 2)}\n`);
  else {
    for (const each of failed) {
      process.stdout.write(`\n${explain(each)}\n`);
      if (each.verdict === 'ok') process.stdout.write('no longer a miss: take it out of docs/misses.json\n');
    }
    process.stdout.write(
      `\n${formatTable(judgements, ms)}\n\n${closing(judgements, failed.length, known)}\n`,
    );
  }
  return failed.length === 0 ? 0 : 1;
}

function reportsOf(judgements: readonly Judgement[], root: string): ReportsFile {
  const leaking = judgements.filter(({ program }) => leaks(program.role));
  return {
    version: 1,
    node: process.version,
    programs: leaking.map(({ program, answer }) => reported(program, root, answer.report)),
  };
}

function closing(judgements: readonly Judgement[], failed: number, known: readonly Miss[]): string {
  const on = `on Node ${process.version}`;
  const missed = known.map(({ path, verdict, why }) => `${path} is ${verdict}: ${why}`);
  const told = known.length === 0 ? '' : `, ${known.length} known to be missed`;
  if (failed === 0) {
    const total = judgements.length - known.length;
    const count = known.length === 0 ? `all ${total}` : `${total} of ${judgements.length}`;
    return [styleText('green', `${count} programs as marked${told} ${on}`), ...missed].join('\n');
  }
  return [
    styleText('red', `${failed} of ${judgements.length} programs not as expected ${on}${told}`),
    ...missed,
  ].join('\n');
}

function toJson(judgements: readonly Judgement[], ms: number, known: readonly Miss[]): object {
  return {
    version: 1,
    node: process.version,
    summary: summarize(judgements, ms),
    ...(known.length > 0 && { misses: known }),
    programs: judgements.map(({ program, expected, found, verdict, problem }) => ({
      id: program.id,
      role: program.role,
      expected,
      found,
      verdict,
      ...(known.some(({ path }) => program.file.endsWith(path)) && { isKnown: true }),
      ...(problem !== undefined && { problem }),
    })),
  };
}

/** Writes a counter that is overwritten on a terminal, a line for each program in a pipe. */
function showJudged(stream: NodeJS.WriteStream, judgement: Judgement, counter: string): void {
  const { program, verdict, found } = judgement;
  const sign = verdict === 'ok' ? '✓' : '✗';
  if (stream.isTTY) return showStatus(`${sign} ${counter} ${program.id}`, stream);
  const what = found
    .map(({ kind, line, count }) => `${kind}${count === 1 ? '' : ` x${count}`} at line ${line}`)
    .join(', ');
  stream.write(`${sign} ${program.id} ${program.role}: ${verdict === 'ok' ? what || 'clean' : verdict}\n`);
}
