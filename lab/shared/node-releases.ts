/**
 * Releases of runtimes from the npm registry, where each is a package of its own: nothing else has to be installed. zx is
 * loaded when it is needed, as most verbs do without it.
 */
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** Where a package of a runtime has its executable. */
const executables = {
  node: `node/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`,
  deno: 'deno/deno',
  // called so on every system
  bun: 'bun/bin/bun.exe',
} as const;

/** Where releases are kept from one run to the next, of whichever project. */
export function releasesFolder(env: NodeJS.ProcessEnv = process.env): string {
  const local = process.platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  return join(local || join(homedir(), '.cache'), 'leaklab', 'runtimes');
}

/** The executable of a release of Node; see {@link runtimeExecutable}. */
export function nodeExecutable(version: string, cache: string): Promise<string> {
  return runtimeExecutable('node', version, cache);
}

/**
 * The executable of a runtime, fetched when it is first asked for.
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
  // beside its place first, so that an interrupted fetch leaves nothing that looks whole
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
 * The newest release of a line, as the registry knows it; the newest that was fetched before where it can't be asked.
 *
 * @param line `24`, `24.21` or `24.21.0`
 * @returns `24.21.0`
 * @throws UsageError if it is no line, or none is known
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
      'see that npm reaches its registry, or name a line that there is',
    );
  }
  return newest;
}

/** One version, or a list of them. */
function listOf(json: string): string[] {
  const told: unknown = JSON.parse(json === '' ? '[]' : json);
  return (Array.isArray(told) ? told : [told]).filter((each) => typeof each === 'string');
}
