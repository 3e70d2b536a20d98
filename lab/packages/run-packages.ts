/** Programs that use well-known packages: closed, they leave nothing; unclosed, they leave the one marked thing. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { parseMarkers } from '../catalogue/markers.ts';
import { watchProgram } from '../measure/watch-program.ts';
import { startOutside } from '../outside/outside.ts';
import { judgePackage } from './judge-package.ts';
import type { PackageProgram } from './package-lab.ts';
import { Services } from './services.ts';

const programs = join(import.meta.dirname, 'programs');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', default: process.execPath },
    verbose: { type: 'boolean', default: false },
  },
});
const known = (await readdir(programs)).map((file) => basename(file, '.ts')).toSorted();
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no program for ${unknown.join(', ')}\nnext: one of ${known.join(', ')}\n`);
  process.exit(2);
}
const jobs = (positionals.length > 0 ? positionals : known).flatMap((name) => [
  { name, close: true },
  { name, close: false },
]);
const outside = await startOutside();
const services = new Services();
const folder = await mkdtemp(join(tmpdir(), 'leaklab-packages-'));
let right = 0;
try {
  await Promise.all(
    Array.from({ length: availableParallelism() * 2 }, async () => {
      for (let job = jobs.shift(); job; job = jobs.shift())
        if (await runPackage(job.name, job.close)) right += 1;
    }),
  );
} finally {
  await outside.close();
  await services.close();
  await rm(folder, { recursive: true, force: true });
}
const all = (positionals.length || known.length) * 2;
process.stdout.write(`\n${right} passed, ${all - right} failed\n`);
process.exitCode = right === all ? 0 : 1;

async function runPackage(name: string, close: boolean): Promise<boolean> {
  const file = join(programs, `${name}.ts`);
  const [source, program] = await Promise.all([readFile(file, 'utf8'), programOf(file)]);
  const desk = await outside.openDesk();
  try {
    const scratch = await mkdtemp(join(folder, `${name}-`));
    const port = program.service ? await services.port(program.service) : 0;
    const answer = await watchProgram(
      {
        file,
        lab: { addresses: desk.addresses, scratch, options: { close, port } },
        patience: 20_000,
        budget: 1000,
      },
      { output: 'show', desk, node: values.node },
    );
    const verdict = judgePackage(answer, close, { file, markers: parseMarkers(source, file), program });
    const title = `${name}, ${close ? 'closed' : 'left open'}`;
    process.stdout.write(`${verdict.isRight ? '✓' : '✗'} ${title}\n`);
    if (!verdict.isRight) {
      const { expected, found, problems } = verdict;
      process.stdout.write(`${JSON.stringify({ expected, found, problems }, null, 2)}\n`);
      if (values.verbose) process.stdout.write(`${JSON.stringify(answer.report, null, 2)}\n`);
    }
    return verdict.isRight;
  } finally {
    await desk.close();
  }
}

async function programOf(file: string): Promise<PackageProgram> {
  const module = (await import(pathToFileURL(file).href)) as { readonly program?: PackageProgram };
  return module.program ?? {};
}
