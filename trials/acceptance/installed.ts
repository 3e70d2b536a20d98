import { cpSync, mkdirSync, readFileSync } from 'node:fs';
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
  /** Folders with the package and a runner in another version, by {@link runnerOf}. */
  readonly withOthers: Readonly<Record<string, string>>;
}

/** Returns the runner of a trial that isn't pinned in package.json, such as `vitest@3.2.7`. */
function runnerOf({ package: name, version }: Trial): string | undefined {
  return name === undefined || version === undefined ? undefined : `${name}@${version}`;
}

/** Returns the folder in which a trial is made. */
export function homeOf(trial: Trial, { withRunners, alone, withOthers }: Installed): string {
  const other = runnerOf(trial);
  const folder = other === undefined ? undefined : withOthers[other];
  return folder ?? (trial.package === undefined ? alone : withRunners);
}

const here = import.meta.dirname;

/** Returns the packages of the runners with the versions pinned here. */
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

/** Installs the packed file in empty folders, as a user would, with the runners pinned here and those of the trials. */
export async function install(packed: string, folder: string, trials: readonly Trial[]): Promise<Installed> {
  const others = new Set(trials.map(runnerOf).filter((other) => other !== undefined));
  const installed = {
    withRunners: join(folder, 'with-runners'),
    alone: join(folder, 'alone'),
    withOthers: Object.fromEntries(
      [...others].map((other) => [other, join(folder, other.replace('@', '-'))]),
    ),
  };
  mkdirSync(installed.withRunners);
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(join(here, file), join(installed.withRunners, file));
  }
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const npm = (cwd: string, ...args: string[]) => $({ quiet: true, cwd })`npm ${args} ${flags}`;
  await npm(installed.withRunners, 'ci');
  await npm(installed.withRunners, 'install', packed);
  const inEmptyFolder = async (home: string, ...packages: string[]): Promise<void> => {
    writeWhole(join(home, 'package.json'), '{ "private": true }\n');
    await npm(home, 'install', ...packages);
  };
  await inEmptyFolder(installed.alone, packed);
  for (const [other, home] of Object.entries(installed.withOthers)) await inEmptyFolder(home, other, packed);
  return installed;
}
