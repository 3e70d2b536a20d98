/**
 * `npm run verdicts`: runs a suite of known truth again and again in each runner while all cores are busy, and
 * compares each verdict.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../lab/shared/error-message.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import { homeOf, install, pack } from './installed.ts';
import { trials } from './trials.ts';
import { wrongVerdicts } from './verdicts.ts';

const help = `usage: npm run verdicts -- [--times N] [--only TEXT]

Packs and installs the package, and runs a suite of known truth N times (default 30) in vitest, node:test, jest and
mocha, while as many threads as there are cores do nothing but count. --only runs the rows of the acceptance whose
names contain TEXT instead, such as "vitest 3".

exit code: 0 no verdict differed; 1 some did; 2 used wrongly`;

/** The rows that run without --only, one for each runner. */
const usual = ['vitest, pool forks', 'node:test, ES modules', 'jest, CommonJS', 'mocha, serial'];

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`verdicts: ${error.message}\nnext: npm run verdicts -- ${error.next}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { times, only, isAsked } = readArguments();
  if (isAsked) return print(help);
  const asked = trials.filter(({ name }) =>
    only === undefined ? usual.includes(name) : name.includes(only),
  );
  if (asked.length === 0)
    throw new UsageError(`no row has ${JSON.stringify(only)} in its name`, '--only mocha');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'leaklab-verdicts-')));
  const busy: Worker[] = [];
  try {
    const installed = await install(await pack(folder), folder, asked);
    for (let core = 0; core < availableParallelism(); core += 1)
      busy.push(new Worker('for (;;);', { eval: true }));
    const differing = new Map(asked.map(({ name }) => [name, 0]));
    for (let time = 1; time <= times; time += 1) {
      for (const trial of asked) {
        const wrong = await wrongVerdicts(trial, process.execPath, homeOf(trial, installed));
        for (const each of wrong) print(`    ${trial.name}, run ${time}: ${each}`);
        if (wrong.length > 0) differing.set(trial.name, (differing.get(trial.name) ?? 0) + 1);
      }
    }
    for (const [name, runs] of differing)
      print(`${runs === 0 ? '✓' : '✗'} ${name}: verdicts differ in ${runs} of ${times} runs`);
    return [...differing.values()].every((runs) => runs === 0) ? 0 : 1;
  } finally {
    await Promise.all(busy.map((worker) => worker.terminate()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        times: { type: 'string', default: '30' },
        only: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const times = Number(values.times);
    if (!Number.isSafeInteger(times) || times < 1) {
      const given = JSON.stringify(values.times);
      throw new UsageError(`--times ${given} is not a whole number from 1 up`, '--times 30');
    }
    return { times, only: values.only, isAsked: values.help };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(messageOf(error), '--help');
  }
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}
