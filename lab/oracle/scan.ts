/** Finds the programs of the catalogue by their names; a stand-in until lab/catalogue/ is there. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { families, type Family, type Pattern } from '../contract.ts';
import type { Program } from './prove.ts';

/** All programs under `root`, sorted by file. @throws if a pattern can't be imported */
export async function scan(root: string): Promise<Program[]> {
  const programs: Program[] = [];
  for (const path of filesOf(root).toSorted()) {
    const [folder, family = '', base = ''] = path.split('/');
    if (!isFamily(family) || base.endsWith('.test.ts')) continue;
    const parts = /^([^.]+)(?:\.(decoy|wrong-[\w-]+))?\.ts$/.exec(base);
    if (!parts) continue;
    const [, name = '', suffix] = parts;
    const id = `${family}/${name}`;
    const patternFile = join(root, 'patterns', `${id}.ts`);
    const pattern = existsSync(patternFile) ? await patternOf(patternFile) : undefined;
    // A file without metadata beside programs is a sibling that belongs to their story.
    if (suffix === undefined && pattern === undefined) continue;
    const role =
      folder === 'patterns'
        ? 'pattern'
        : suffix === undefined
          ? 'fix'
          : suffix === 'decoy'
            ? 'decoy'
            : 'wrong-fix';
    programs.push({ id, family, role, file: join(root, path), ...(pattern && { pattern }) });
  }
  return programs;
}

/** `patterns/<family>/<file>` and `fixes/<family>/<file>`. */
function filesOf(root: string): string[] {
  return ['patterns', 'fixes'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path}`),
  );
}

async function patternOf(file: string): Promise<Pattern | undefined> {
  const module = (await import(pathToFileURL(file).href)) as { pattern?: Pattern };
  return module.pattern;
}

function isFamily(name: string): name is Family {
  return (families as readonly string[]).includes(name);
}
