import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moduleBeside } from '../shared/module-beside.ts';
import { UsageError } from '../shared/usage-error.ts';
import { linkPackages } from './link-packages.ts';
import type { Catalogue, Program } from './program.ts';
import { projectRoot } from '../shared/project-root.ts';
import type { Source } from './sources.ts';

/** What is published of the catalogue beside its sources: all that reading them would tell. */
export interface PublishedCatalogue {
  /** `file` is relative to the folder. */
  readonly programs: readonly Program[];
  readonly sources: readonly Source[];
}

/** In the package: the catalogue as it was written, in TypeScript. */
export const publishedFolder = join(projectRoot, 'sources');
export const publishedFile = 'catalogue.json';

/**
 * The catalogue of a clone, or of the installed package. Node strips no types below node_modules, so the
 * package's programs are copied to a folder of their own, which is gone when this process ends.
 *
 * @param folder another one, in a clone alone
 * @throws UsageError if it can't be read
 */
export async function ownCatalogue(folder?: string): Promise<Catalogue> {
  if (!existsSync(join(publishedFolder, publishedFile))) {
    // by its path: else it would be built into the package
    const { readCatalogue } = (await import(
      pathToFileURL(moduleBeside(import.meta.url, 'catalogue')).href
    )) as {
      readCatalogue: (root: string) => Promise<Catalogue>;
    };
    return readCatalogue(folder ?? projectRoot);
  }
  if (folder !== undefined)
    throw new UsageError(
      '--catalogue works in a clone of the repository',
      'leave it out, and the catalogue of the package is taken',
    );
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'leaklab-catalogue-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  cpSync(publishedFolder, root, { recursive: true });
  linkPackages(root);
  const { programs, sources } = JSON.parse(
    readFileSync(join(root, publishedFile), 'utf8'),
  ) as PublishedCatalogue;
  return {
    root,
    programs: programs.map((program) => ({ ...program, file: join(root, program.file) })),
    sources: new Map(sources.map((source) => [source.ref, source])),
  };
}
