import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { runtimeExecutable } from './node-releases.ts';

/** Supported Node lines, with the release on which each is tested. */
export const nodeLines = { 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' } as const;

/** Releases of other runtimes with which the labels are compared. */
export const foreignRuntimes = { deno: '2.9.6', bun: '1.4.5' } as const;

/** The project's cache of releases. */
export const projectReleases = join(projectRoot, '.cache', 'runtimes');

/** Returns the executable of a release of Node, from the project's cache. */
export function nodeExecutable(version: string): Promise<string> {
  return runtimeExecutable('node', version, projectReleases);
}
