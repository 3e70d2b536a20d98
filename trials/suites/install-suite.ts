import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import type { Suite } from './suite.ts';

const cache = join(projectRoot, '.cache', 'suites');
const lockName = 'package-lock.json';

/** Packs leaklab into a folder as it would be published; returns the absolute path of the tarball. */
export async function packLeaklab(to: string): Promise<string> {
  const packed = await $({ cwd: projectRoot, quiet: true })`npm pack --json --pack-destination ${to}`;
  // the build prints something before the JSON
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string },
  ];
  return join(to, filename);
}

/**
 * Installs the dependencies of a suite, by its lock, and leaklab; then copies the package from its tarball.
 *
 * @returns the folder, absolute
 */
export async function installSuite(suite: Suite, tarball: string): Promise<string> {
  const { install, package: name, folder, beside = {}, anew, prepare } = suite;
  const from = join(import.meta.dirname, 'installs', install);
  const root = join(cache, install);
  const shell = $({ cwd: root, quiet: true });
  mkdirSync(root, { recursive: true });
  const isFresh = !existsSync(join(root, 'installed')) || read(root) !== read(from);
  if (isFresh) {
    rmSync(join(root, 'installed'), { force: true });
    for (const file of ['package.json', lockName]) cpSync(join(from, file), join(root, file));
    // not npm ci, which refuses a lock without the optional packages of other platforms that the registry lacks
    await shell`npm install --ignore-scripts --no-audit --no-fund --loglevel=error`;
    writeWhole(join(root, 'installed'), '');
  }
  await shell`npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error ${tarball}`;
  const copy = join(root, folder);
  for (const [each, to] of Object.entries({ ...beside, [name]: folder })) {
    rmSync(join(root, to), { recursive: true, force: true });
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(join(root, 'node_modules', each), join(root, to), { recursive: true });
  }
  if (anew !== undefined) cpSync(join(import.meta.dirname, 'anew', anew), copy, { recursive: true });
  if (prepare !== undefined) {
    const bin = join(root, 'node_modules', '.bin');
    await $({
      cwd: copy,
      quiet: true,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
    })`sh -c ${prepare}`;
  }
  return root;
}

function read(folder: string): string {
  return readFileSync(join(folder, lockName), 'utf8');
}

/** Returns the version in the lock file. */
export function versionOf({ install, package: name }: Suite): string {
  const lock = JSON.parse(read(join(import.meta.dirname, 'installs', install))) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  return lock.packages[`node_modules/${name}`]?.version ?? '';
}
