/**
 * `npm run packages`: runs programs and test suites that use well-known packages. Closed as documented, a program must
 * leak nothing; without the one closing call, it must leak exactly the marked thing. Of a suite, exactly the tests that
 * leak must fail. Beside a package that patches Node, a program must run as without leaklab.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { $ } from 'zx';
import { parseMarkers } from '../../lab/catalogue/markers.ts';
import { nodeExecutable, nodeLines } from '../../lab/shared/project-releases.ts';
import { watchProgram } from '../../lab/watched/watch-program.ts';
import { startOutside, type Outside } from '../../lab/outside/outside.ts';
import { describeVerdict, judgePackage } from './judge-package.ts';
import type { PackageProgram } from './package-lab.ts';
import { neighbourNames, tryNeighbour } from './run-beside.ts';
import { projectOfSuites, suiteNames, trySuite } from './run-suites.ts';
import { Services } from './services.ts';

const here = import.meta.dirname;
const programs = join(here, 'programs');
const patience = 20_000;
const known = [
  ...readdirSync(programs)
    .map((file) => basename(file, '.ts'))
    .toSorted(),
  ...suiteNames,
  ...neighbourNames,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', default: 'here' } },
});
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) refuse(`no program for ${unknown.join(', ')}`, `one of ${known.join(', ')}`);
const lines = linesOf(values.node);
if (!lines) refuse(`--node ${JSON.stringify(values.node)} is no Node line`, '--node 22, 24, 26 or all');

// a folder with separate dependencies, so that users of the detector need not install a hundred packages
if (!existsSync(join(here, 'node_modules')))
  await $({ cwd: here, quiet: true })`npm ci --no-audit --no-fund --loglevel=error`;

const outside = await startOutside();
const services = new Services();
let project: Promise<string> | undefined;
const folder = await mkdtemp(join(tmpdir(), 'leaklab-packages-'));
let passed = 0;
let failed = 0;
try {
  for (const [line, version] of Object.entries(lines)) {
    process.stdout.write(`\n── Node ${version}\n`);
    const node = line === 'here' ? process.execPath : await nodeExecutable(version);
    await runAll(node, outside);
  }
} finally {
  await outside.close();
  await services.close();
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runAll(node: string, outside: Outside): Promise<void> {
  const names = positionals.length > 0 ? positionals : known;
  const jobs = names.flatMap((name) => {
    if (suiteNames.includes(name)) return [() => runSuite(name, node)];
    if (neighbourNames.includes(name)) return [() => runNeighbour(name, node)];
    return [true, false].map((close) => () => runPackage(name, close, node, outside));
  });
  const one = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      if (await job()) passed += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
}

async function runPackage(name: string, close: boolean, node: string, outside: Outside): Promise<boolean> {
  const file = join(programs, `${name}.ts`);
  const source = await readFile(file, 'utf8');
  const { program = {} } = (await import(pathToFileURL(file).href)) as { readonly program?: PackageProgram };
  const endpoints = await outside.openEndpoints();
  try {
    const scratch = await mkdtemp(join(folder, `${name}-`));
    const port = program.service ? await services.port(program.service) : 0;
    const lab = { addresses: endpoints.addresses, scratch, options: { close, port } };
    const answer = await watchProgram(
      { file, lab, patience, budget: 1000 },
      { output: 'show', endpoints, node },
    );
    const verdict = judgePackage(answer, { close, file, markers: parseMarkers(source, file), program });
    process.stdout.write(describeVerdict(`${name}, ${close ? 'closed' : 'left open'}`, verdict));
    return verdict.isRight;
  } finally {
    await endpoints.close();
  }
}

async function runSuite(name: string, node: string): Promise<boolean> {
  project ??= projectOfSuites(folder);
  return printTrial(
    `suite ${name}`,
    await trySuite(name, node, await project, await services.port('postgres')),
  );
}

async function runNeighbour(name: string, node: string): Promise<boolean> {
  return printTrial(name, await tryNeighbour(name, node, folder));
}

function printTrial(title: string, wrong: readonly string[]): boolean {
  const lines = [`${wrong.length === 0 ? '✓' : '✗'} ${title}`, ...wrong.map((line) => `  ${line}`)];
  process.stdout.write(`${lines.join('\n')}\n`);
  return wrong.length === 0;
}

function linesOf(asked: string): Readonly<Record<string, string>> | undefined {
  if (asked === 'here') return { here: process.version };
  if (asked === 'all') return nodeLines;
  return Object.hasOwn(nodeLines, asked)
    ? { [asked]: nodeLines[Number(asked) as keyof typeof nodeLines] }
    : undefined;
}

function refuse(what: string, next: string): never {
  process.stderr.write(`packages: ${what}\nnext: npm run packages -- ${next}\n`);
  process.exit(2);
}
