import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { runtimeExecutable } from './node-releases.ts';

/** The Node lines on which everything has to hold, with the release that stands for each. */
export const nodeLines = { 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' } as const;

/** The releases of other runtimes with which the labels are compared. */
export const foreignRuntimes = { deno: '2.9.6', bun: '1.4.5' } as const;

/** The project's own cache of releases, in its folder. */
export const projectReleases = join(projectRoot, '.cache', 'runtimes');

/** The executable of a release of Node, from the project's own cache. */
export function nodeExecutable(version: string): Promise<string> {
  return runtimeExecutable('node', version, projectReleases);
}
