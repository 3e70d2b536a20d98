import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readCatalogue, select, type Catalogue, type Program } from '../catalogue/catalogue.ts';
import { projectRoot } from '../catalogue/root.ts';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../write-file.ts';
import { cataloguePage } from './catalogue-page.ts';

export const corpusHelp = `usage: leaklab corpus [ID|FAMILY…] [--json] [--catalogue FOLDER]
       leaklab corpus --page FILE [--check]

Lists the programs of the catalogue with their markers, for other people's tools.

  --json              print the manifest: { version, programs, sources }, paths relative to the catalogue
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default the project's own
  --page FILE         write the catalogue as a page of Markdown
  --check             write nothing; say whether the page is as the programs are

exit code: 0 the catalogue is sound; 1 the page differs; 2 the catalogue is not sound, or used wrongly`;

/** `leaklab corpus`; prints to standard output, and returns the exit code. */
export async function corpusCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      catalogue: { type: 'string', default: projectRoot },
      page: { type: 'string' },
      check: { type: 'boolean', default: false },
    },
  });
  if (values.check && values.page === undefined)
    throw new UsageError('--check without --page', 'leaklab corpus --page docs/catalogue.md --check');
  const catalogue = await readCatalogue(resolve(values.catalogue));
  if (values.page !== undefined) return writePage(catalogue, resolve(values.page), values.check);
  const programs = select(catalogue, positionals);
  if (values.json) process.stdout.write(`${JSON.stringify(manifestOf(catalogue, programs), null, 2)}\n`);
  else for (const program of programs) process.stdout.write(`${line(program)}\n`);
  return 0;
}

function writePage(catalogue: Catalogue, file: string, isCheck: boolean): number {
  const page = cataloguePage(catalogue);
  if (!isCheck) {
    writeWhole(file, page);
    return 0;
  }
  if (existsSync(file) && readFileSync(file, 'utf8') === page) return 0;
  process.stdout.write(`${file} is not as the programs are; \`npm run pages\` writes it anew\n`);
  return 1;
}

function line({ id, role, markers, pattern }: Program): string {
  const what = markers.leaks.map(({ kind, count }) => (count === 1 ? kind : `${kind} x${count}`)).join(', ');
  return `${id.padEnd(46)} ${role.padEnd(8)} ${what.padEnd(12)} ${role === 'pattern' ? (pattern?.title ?? '') : ''}`.trimEnd();
}

function manifestOf(catalogue: Catalogue, programs: readonly Program[]): object {
  return {
    version: 1,
    programs: programs.map(({ id, family, role, file, markers, pattern }) => ({
      id,
      family,
      role,
      path: relative(catalogue.root, file),
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
      markers: markers.leaks,
      also: markers.also,
      ...(role === 'pattern' && { pattern }),
    })),
    sources: [...catalogue.sources.values()],
  };
}
