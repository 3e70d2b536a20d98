/** `npm run random`: tries the detector on random programs, on one Node line or on all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { nodeExecutable, nodeLines } from '../../lab/shared/project-releases.ts';
import { agree } from './agree.ts';

const help = `usage: npm run random -- [--count N] [--seed S] [--at-once K] [--node 22|24|26|all]

Runs N random programs (default 500), K at a time (default 20; with 1, at the default level). Compares each report with
the known leaks of the program, by kind, type, count, line, evidence and owner.

exit code: 0 they agree; 1 they differ, and the smallest such program is printed; 2 used wrongly`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '20' },
    node: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = values.help ? print(help) : await main();

async function main(): Promise<number> {
  const [count, seed, atOnce] = [values.count, values.seed, values['at-once']].map(Number);
  if (!isCount(count) || !isCount(atOnce) || !Number.isSafeInteger(seed)) {
    process.stderr.write(
      `random: --count and --at-once are whole numbers from 1 up, --seed is a whole number\n`,
    );
    process.stderr.write('next: npm run random -- --count 500 --seed 1\n');
    return 2;
  }
  if (values.node !== undefined) return onOtherLines(values.node);
  let isFirst = true;
  const started = performance.now();
  const { programs, disagreement } = await agree(count, seed ?? 1, atOnce, (done, differences) => {
    if (differences && isFirst)
      print(`Node ${process.version}: ${JSON.stringify(differences, undefined, 2)}`);
    if (differences) isFirst = false;
    else if (done % 1000 === 0) print(`Node ${process.version}: ${done} of ${count}`);
  });
  if (disagreement) print(JSON.stringify(disagreement, undefined, 2));
  const seconds = Math.round((performance.now() - started) / 1000);
  const verdict = disagreement ? '1 disagreement' : '0 disagreements';
  print(
    `Node ${process.version}, seed ${seed}, ${atOnce} at once: ${programs} programs, ${verdict}, ${seconds} s`,
  );
  return disagreement ? 1 : 0;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

async function onOtherLines(name: string): Promise<number> {
  const versions = Object.entries(nodeLines).flatMap(([line, version]) =>
    name === 'all' || name === line ? [version] : [],
  );
  if (versions.length === 0) {
    process.stderr.write(`random: no Node line ${JSON.stringify(name)}\nnext: --node 22, 24, 26 or all\n`);
    return 2;
  }
  const codes = await Promise.all(versions.map(runOn));
  return Math.max(...codes);
}

async function runOn(version: string): Promise<number> {
  const args = (['count', 'seed', 'at-once'] as const).flatMap((name) => [`--${name}`, values[name]]);
  const node = await nodeExecutable(version);
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', import.meta.filename, ...args], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
