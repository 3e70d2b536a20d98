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

/** Facts of the published catalogue that a clone reads from its sources. */
export interface PublishedCatalogue {
  /** Programs; `file` is relative to the folder. */
  readonly programs: readonly Program[];
  readonly sources: readonly Source[];
}

/** The folder of the package with the catalogue in TypeScript. */
export const publishedFolder = join(projectRoot, 'sources');
export const publishedFile = 'catalogue.json';

/**
 * Reads the catalogue of a clone, or of the installed package. Node strips no types below node_modules, so the
 * package's programs are copied to a temporary folder, which is removed when this process ends.
 *
 * @param folder the folder of another catalogue, only in a clone
 * @throws UsageError if the catalogue can't be read
 */
export async function ownCatalogue(folder?: string): Promise<Catalogue> {
  if (!existsSync(join(publishedFolder, publishedFile))) {
    // imported by path: else the compiler would build it into the package
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
      'leave it out to use the catalogue of the package',
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
