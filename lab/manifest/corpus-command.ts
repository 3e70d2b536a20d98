import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readCatalogue, type Catalogue, type Program } from '../catalogue/catalogue.ts';
import { select } from '../catalogue/select.ts';
import { projectRoot } from '../shared/project-root.ts';
import { differencesOf, pagesOf, writePages } from '../docs/pages/pages.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { manifestOf } from './list-programs.ts';

const corpusHelp = `usage: leaklab corpus [ID|FAMILY…] [--json] [--catalogue FOLDER]
       leaklab corpus --pages FOLDER [--check]

Lists the programs of the catalogue with their markers, for other tools.

  --json              print the manifest, paths relative to the catalogue; docs/manifest.md has its format
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default this project
  --pages FOLDER      write a page for each pair, and an index of them, from the programs, their proofs in
                      docs/proofs/ and the reports in docs/reports.json
  --check             write nothing; report pages that differ from the programs

exit code: 0 the catalogue is sound; 1 pages differ; 2 the catalogue is not sound, or used wrongly`;

export const verb: Verb = { help: corpusHelp, run: corpusCommand };

/** Runs `leaklab corpus`, prints to standard output, and returns the exit code. */
async function corpusCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      catalogue: { type: 'string', default: projectRoot },
      pages: { type: 'string' },
      check: { type: 'boolean', default: false },
    },
  });
  if (values.check && values.pages === undefined)
    throw new UsageError('--check without --pages', 'leaklab corpus --pages docs/catalogue --check');
  const catalogue = await readCatalogue(resolve(values.catalogue));
  if (values.pages !== undefined) return bringPages(catalogue, resolve(values.pages), values.check);
  const programs = select(catalogue.programs, positionals);
  if (values.json) process.stdout.write(`${JSON.stringify(manifestOf(catalogue, programs), null, 2)}\n`);
  else for (const program of programs) process.stdout.write(`${line(program)}\n`);
  return 0;
}

function bringPages(catalogue: Catalogue, folder: string, isCheck: boolean): number {
  const pages = pagesOf(catalogue, folder);
  if (!isCheck) {
    writePages(pages, folder);
    return 0;
  }
  const differences = differencesOf(pages, folder);
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  if (differences.length > 0) process.stdout.write('npm run pages updates them\n');
  return differences.length === 0 ? 0 : 1;
}

function line({ id, role, markers, pattern }: Program): string {
  const what = markers.leaks.map(({ kind, count }) => (count === 1 ? kind : `${kind} x${count}`)).join(', ');
  return `${id.padEnd(46)} ${role.padEnd(8)} ${what.padEnd(12)} ${role === 'pattern' ? (pattern?.title ?? '') : ''}`.trimEnd();
}
