/**
 * Fetches releases of runtimes from the npm registry, where each is a package: nothing else has to be installed. zx is
 * loaded late, as most verbs do not need it.
 */
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** Paths of the executables in the packages of runtimes. */
const executables = {
  node: `node/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`,
  deno: 'deno/deno',
  // the same name on every system
  bun: 'bun/bin/bun.exe',
} as const;

/** Returns the folder that keeps releases between runs, for all projects. */
export function releasesFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), 'runtimes');
}

/** Returns the folder that keeps what can be made again, for all projects. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const local = process.platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  return join(local || join(homedir(), '.cache'), 'leaklab');
}

/** Returns the executable of a release of Node; see {@link runtimeExecutable}. */
export function nodeExecutable(version: string, cache: string): Promise<string> {
  return runtimeExecutable('node', version, cache);
}

/**
 * Returns the executable of a runtime, and fetches it at first use.
 *
 * @param version `24.21.0`
 * @param cache the folder to keep it in
 * @returns its absolute path
 * @throws if it can't be fetched
 */
export async function runtimeExecutable(
  name: keyof typeof executables,
  version: string,
  cache: string,
): Promise<string> {
  const folder = join(cache, `${name}-${version}`);
  const executable = join(folder, 'node_modules', executables[name]);
  if (existsSync(executable)) return executable;
  // in a neighbouring folder first, so that an interrupted fetch never looks whole
  const beside = `${folder}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  writeFileSync(
    join(beside, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { [name]: true } }),
  );
  const { $ } = await import('zx');
  await $({ cwd: beside, quiet: true })`npm install --no-save --no-audit --no-fund ${name}@${version}`;
  rmSync(folder, { recursive: true, force: true });
  renameSync(beside, folder);
  return executable;
}

/**
 * Returns the newest release of a line that the registry has, or without a registry the newest fetched one.
 *
 * @param line `24`, `24.21` or `24.21.0`
 * @returns `24.21.0`
 * @throws UsageError for an invalid line, or one without a known release
 */
export async function newestRelease(line: string, cache: string): Promise<string> {
  const plain = line.replace(/^v/, '').replace(/\.x$/, '');
  if (!/^\d+(\.\d+){0,2}$/.test(plain)) {
    throw new UsageError(`no line of Node: ${JSON.stringify(line)}`, '22, 24.21, 24.21.0 or current');
  }
  if (/^\d+\.\d+\.\d+$/.test(plain)) return plain;
  const { $ } = await import('zx');
  const { exitCode, stdout } = await $({
    quiet: true,
    nothrow: true,
  })`npm view ${`node@${plain}`} version --json`;
  const known = exitCode === 0 ? listOf(stdout) : [];
  const fetched = globSync(`node-${plain}.*`, { cwd: cache })
    .map((name) => name.slice('node-'.length))
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name));
  const [newest] = (known.length > 0 ? known : fetched).toSorted((a, b) =>
    b.localeCompare(a, 'en', { numeric: true }),
  );
  if (newest === undefined) {
    throw new UsageError(
      `no release of Node ${line} is known`,
      'check that npm reaches its registry, or name a line that exists',
    );
  }
  return newest;
}

/** Parses one version, or a list of versions. */
function listOf(json: string): string[] {
  const told: unknown = JSON.parse(json === '' ? '[]' : json);
  return (Array.isArray(told) ? told : [told]).filter((each) => typeof each === 'string');
}
