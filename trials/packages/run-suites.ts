/** Runs suites of vitest that use well-known packages: with leaklab, exactly the tests titled `leaks …` may fail. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { $ } from 'zx';
import { counted } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { pack } from '../acceptance/installed.ts';
import { fromJestJson, leftIn } from '../acceptance/results.ts';
import { runNode } from '../acceptance/run-node.ts';
import type { Told } from '../acceptance/trial.ts';

const here = import.meta.dirname;

interface Suite {
  /** Base name. */
  readonly file: string;
  readonly source: string;
  /** vitest's name of the environment. */
  readonly environment: string;
}

const suites = new Map<string, Suite>(
  readdirSync(join(here, 'suites'))
    .filter((file) => file.endsWith('.suite.ts'))
    .flatMap((file) => {
      const name = `suites/${basename(file, '.suite.ts')}`;
      const source = readFileSync(join(here, 'suites', file), 'utf8');
      const several = /^\/\/ environments: (.*)$/m.exec(source)?.[1]?.split(', ');
      if (!several) return [[name, { file, source, environment: 'node' }]];
      return several.map((environment) => [`${name}-${environment}`, { file, source, environment }]);
    }),
);

/** Names of the suites: `suites/pg`. */
export const suiteNames = [...suites.keys()];

/**
 * Makes a project with the packed leaklab and the packages of this folder.
 *
 * @returns its path
 */
export async function projectOfSuites(folder: string): Promise<string> {
  const project = join(folder, 'suites');
  mkdirSync(join(project, 'node_modules/leaklab'), { recursive: true });
  await $({
    quiet: true,
  })`tar -xzf ${await pack(folder)} --strip-components=1 -C ${join(project, 'node_modules/leaklab')}`;
  for (const name of readdirSync(join(here, 'node_modules'))) {
    symlinkSync(join(here, 'node_modules', name), join(project, 'node_modules', name));
  }
  cpSync(join(here, 'suites'), project, { recursive: true });
  writeWhole(join(project, 'package.json'), '{ "type": "module" }\n');
  for (const [config, setup] of [
    ['watched', ['leaklab/vitest']],
    ['bare', []],
  ] as const) {
    const test = { include: ['*.suite.ts'], setupFiles: setup, testTimeout: 60_000 };
    writeWhole(join(project, `${config}.config.js`), `export default { test: ${JSON.stringify(test)} };\n`);
  }
  return project;
}

/**
 * Runs one suite with leaklab and without.
 *
 * @param port of PostgreSQL on `127.0.0.1`
 * @returns a line for each difference between what was expected and what happened
 */
export async function trySuite(
  name: string,
  node: string,
  project: string,
  port: number,
): Promise<readonly string[]> {
  const suite = suites.get(name);
  if (!suite) return ['there is no such suite'];
  const run = async (config: 'watched' | 'bare'): Promise<Told[]> => {
    const results = `${basename(name)}.${config}.json`;
    const args = ['run', '--config', `${config}.config.js`, '--reporter=json', `--outputFile=${results}`];
    // a comment in the file wins over the option
    args.push(`--environment=${suite.environment}`);
    const { stdout, stderr } = await runNode(
      node,
      [join(here, 'node_modules/vitest/vitest.mjs'), ...args, suite.file],
      project,
      { POSTGRES_PORT: String(port) },
    );
    try {
      return fromJestJson(readFileSync(join(project, results), 'utf8'));
    } catch (error) {
      return [{ failure: `no results: ${String(error)}\n${stdout}${stderr}` }];
    }
  };
  return differences(expectedOf(suite), await run('bare'), await run('watched'));
}

/** Returns the places that each test titled `leaks …` must name: the markers between its title and the next. */
function expectedOf({ file, source }: Suite): ReadonlyMap<string, string> {
  const { leaks } = parseMarkers(source, file);
  const expected = new Map<string, string>();
  let title = '';
  for (const [index, text] of source.split('\n').entries()) {
    title = /^ *test\('(.*?)'/.exec(text)?.[1] ?? title;
    const marked = leaks.filter(({ line }) => line === index + 1);
    for (const { kind, line } of marked) expected.set(title, `${counted(kind, 1)} at ${file}:${line}`);
  }
  return expected;
}

function differences(expected: ReadonlyMap<string, string>, bare: Told[], watched: Told[]): string[] {
  const lines = bare
    .filter(({ failure }) => failure !== undefined)
    .map(({ failure = '' }) => `fails without leaklab: ${failure}`);
  if (watched.length !== bare.length)
    lines.push(`${watched.length} results with leaklab, ${bare.length} without`);
  const rest = new Map(expected);
  for (const { title = 'the file', failure } of watched) {
    const name = title.split(' > ').at(-1) ?? title;
    const place = expected.get(name);
    rest.delete(name);
    if (place === undefined && failure !== undefined) lines.push(`${title} failed, but is clean: ${failure}`);
    if (place === undefined) continue;
    if (failure === undefined) lines.push(`${title} passed, but leaks ${place}`);
    else if (leftIn(failure) !== place)
      lines.push(`${title}: expected ${place}, got ${leftIn(failure)}: ${failure}`);
  }
  for (const title of rest.keys()) lines.push(`${title} was not run`);
  return lines;
}
