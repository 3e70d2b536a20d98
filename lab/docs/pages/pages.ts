import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Catalogue } from '../../catalogue/program.ts';
import { pairsOf } from '../../catalogue/pairs.ts';
import { readProofs } from '../../oracle/proof-file.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { cataloguePage } from './catalogue-page.ts';
import { filterPage } from './filter-page.ts';
import { pairPage, type Evidence } from './pair-page.ts';
import { readReports } from '../../run/reports-file.ts';

/**
 * Returns the pages of a catalogue by their absolute paths: one for each pair, an index, and one that filters.
 *
 * @param folder the folder of the pages, absolute
 * @throws UsageError if the proof or the report of a program is missing
 */
export function pagesOf(catalogue: Catalogue, folder: string): ReadonlyMap<string, string> {
  const evidence = readEvidence(catalogue);
  const pages = new Map<string, string>();
  for (const pair of pairsOf(catalogue))
    pages.set(join(folder, `${pair.pattern.id}.md`), pairPage(pair, catalogue, evidence, folder));
  pages.set(join(folder, 'README.md'), cataloguePage(catalogue, folder));
  pages.set(join(folder, 'index.html'), filterPage(catalogue));
  return pages;
}

/** Writes the pages, and removes pages without a pair. */
export function writePages(pages: ReadonlyMap<string, string>, folder: string): void {
  for (const file of strayIn(folder, pages)) rmSync(file);
  for (const [file, page] of pages) writeWhole(file, page);
}

/** Returns the differences between the pages and the folder, a line each; writes nothing. */
export function differencesOf(pages: ReadonlyMap<string, string>, folder: string): readonly string[] {
  return [
    ...[...pages].flatMap(([file, page]) => {
      if (!existsSync(file)) return [`${file} is missing`];
      return readFileSync(file, 'utf8') === page ? [] : [`${file} differs from its program`];
    }),
    ...strayIn(folder, pages).map((file) => `${file} belongs to no program`),
  ];
}

function strayIn(folder: string, pages: ReadonlyMap<string, string>): readonly string[] {
  return globSync('**/*.{md,html}', { cwd: folder })
    .map((name) => join(folder, name))
    .filter((file) => !pages.has(file))
    .toSorted();
}

function readEvidence({ root, programs }: Catalogue): Evidence {
  const proofs = readProofs(root);
  const reports = readReports(join(root, 'docs', 'reports.json'));
  for (const { file, role, id } of programs) {
    const path = relative(root, file);
    if (!proofs.some((proof) => proof.programs.some((each) => each.path === path))) {
      throw new UsageError(
        `${path}: no proof in docs/proofs/`,
        `npm run lab -- prove ${id} --save docs/proofs/node-24.json`,
      );
    }
    const isReported = reports.programs.some((each) => each.path === path);
    if ((role === 'pattern' || role === 'wrong-fix') && !isReported) {
      throw new UsageError(
        `${path}: no report in docs/reports.json`,
        'npm run lab -- run --reports docs/reports.json',
      );
    }
  }
  return { proofs, reports };
}
