import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';

/** Where the package is installed. */
export interface Installed {
  /** With the runners beside it. */
  readonly withRunners: string;
  /** With nothing that it does not bring itself. */
  readonly alone: string;
}

const here = import.meta.dirname;

/** What the runners are called, with the versions that are pinned here. */
export function runnerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies;
}

/**
 * Packs the package as `npm publish` would.
 *
 * @returns the path of the file in this folder
 */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await $({ cwd: projectRoot, quiet: true })`npm pack --json --pack-destination ${folder}`;
  // what the build prints stands before it
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }];
  return join(folder, filename);
}

/**
 * What publint and attw have against the packed file.
 *
 * attw's `node16` leaves out resolution without `exports`, which no supported Node has. Its rule
 * `cjs-resolves-to-esm` is of the time before `require()` could load ES modules: since 22.12 it can, and the package
 * wants 22.19. All else holds for CommonJS as well, which the profile `esm-only` would not look at.
 */
export async function packageProblems(packed: string): Promise<string[]> {
  const ask = $({ cwd: projectRoot, quiet: true, nothrow: true, env: { ...process.env, NO_COLOR: '1' } });
  const said = await Promise.all([
    ask`publint ${packed} --strict`,
    ask`attw ${packed} --profile node16 --ignore-rules cjs-resolves-to-esm --no-color --format ascii`,
  ]);
  return said.filter(({ exitCode }) => exitCode !== 0).map(({ stdout, stderr }) => `${stdout}${stderr}`);
}

/** Installs it in empty folders, as a user would: from the file, with the runners that are pinned here. */
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
