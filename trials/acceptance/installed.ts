import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import type { Trial } from './trial.ts';

/** Folders of the installed package. */
export interface Installed {
  /** Folder with the package and the runners. */
  readonly withRunners: string;
  /** Folder with only the package and its dependencies. */
  readonly alone: string;
}

const here = import.meta.dirname;

/** Returns the packages of the runners with the versions pinned here. */
export function runnerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // an alias is `npm:jest@29.7.0`
  const versions = Object.entries(dependencies).map(([name, version]) => [name, version.replace(/^.*@/, '')]);
  return Object.fromEntries(versions) as Record<string, string>;
}

/**
 * Packs the package as `npm publish` would.
 *
 * @returns the path of the file in this folder
 */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await $({ cwd: projectRoot, quiet: true })`npm pack --json --pack-destination ${folder}`;
  // the build prints something before the JSON
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }];
  return join(folder, filename);
}

/**
 * Returns the problems that publint and attw find in the packed file.
 *
 * attw's profile `node16` leaves out resolution without `exports`, which no supported Node does. Its rule
 * `cjs-resolves-to-esm` is older than Node 22.12, whose `require()` loads ES modules; the package wants 22.19. The
 * other rules hold for CommonJS too, which the profile `esm-only` would not check.
 */
export async function packageProblems(packed: string): Promise<string[]> {
  const ask = $({ cwd: projectRoot, quiet: true, nothrow: true, env: { ...process.env, NO_COLOR: '1' } });
  const said = await Promise.all([
    ask`publint ${packed} --strict`,
    ask`attw ${packed} --profile node16 --ignore-rules cjs-resolves-to-esm --no-color --format ascii`,
  ]);
  return said.filter(({ exitCode }) => exitCode !== 0).map(({ stdout, stderr }) => `${stdout}${stderr}`);
}

/** Installs the packed file in empty folders, as a user would, with the runners pinned here. */
export async function install(packed: string, folder: string): Promise<Installed> {
  const installed = { withRunners: join(folder, 'with-runners'), alone: join(folder, 'alone') };
  mkdirSync(installed.withRunners);
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(join(here, file), join(installed.withRunners, file));
  }
  writeWhole(join(installed.alone, 'package.json'), '{ "private": true }\n');
  const npm = $({ quiet: true, cwd: installed.withRunners });
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  await npm`npm ci ${flags}`;
  await npm`npm install ${flags} ${packed}`;
  await $({ quiet: true, cwd: installed.alone })`npm install ${flags} ${packed}`;
  return installed;
}

/** Returns the folder in which a trial runs; for an older runner it is made, with that runner and the package. */
export function homeOf({ package: runner, alias }: Trial, { withRunners, alone }: Installed): string {
  if (runner === undefined) return alone;
  if (alias === undefined) return withRunners;
  const home = join(withRunners, '..', alias);
  if (existsSync(home)) return home;
  const from = join(withRunners, 'node_modules');
  const modules = join(home, 'node_modules');
  mkdirSync(modules, { recursive: true });
  // the runner finds the package beside itself, so its tests must find the same copy
  symlinkSync(join(from, 'leaklab'), join(modules, 'leaklab'));
  symlinkSync(join(from, alias), join(modules, runner));
  return home;
}
