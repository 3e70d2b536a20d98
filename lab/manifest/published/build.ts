/** Writes the published catalogue (programs as JavaScript, catalogue.json) and the files that tsc leaves out: `build.ts FOLDER`. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { publishedFile, type PublishedCatalogue } from '../../catalogue/own-catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { hashOf, manifestOf } from '../list-programs.ts';
import type { ListedProgram } from '../manifest.ts';
import { readProofs } from '../../oracle/proof-file.ts';

const [target = 'dist'] = process.argv.slice(2);
const folder = resolve(target);
const hashes = new Map<string, string>();
for (const path of globSync('{patterns,fixes}/**/*.ts', { cwd: projectRoot })) {
  const source = readFileSync(join(projectRoot, path), 'utf8');
  // types become blanks, so that lines and columns stay; imports get the names of the published siblings
  const script = stripTypeScriptTypes(source).replaceAll(/(?<=from '\.\/[\w-]+)\.ts(?=';)/g, '.js');
  const file = join(folder, scriptOf(path));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, script);
  hashes.set(path, hashOf(script));
}
// jest loads this file as CommonJS, which tsc does not compile
for (const name of ['index.cjs', 'index.d.cts']) {
  writeFileSync(
    join(folder, 'detector/runners/jest', name),
    readFileSync(join(projectRoot, 'detector/runners/jest', name)),
  );
}
// the page of a history is read by the command that fills it
for (const name of globSync('lab/history/views/page/*', { cwd: projectRoot })) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), readFileSync(join(projectRoot, name)));
}
const catalogue = await readCatalogue(projectRoot);
const { programs, ...rest } = manifestOf(catalogue, catalogue.programs);
const published = programs.map((program): ListedProgram => ({
  ...program,
  path: scriptOf(program.path),
  sha256: hashes.get(program.path) ?? '',
}));
writeFileSync(join(folder, 'catalogue.json'), `${JSON.stringify({ ...rest, programs: published })}\n`);
writeFileSync(
  join(folder, 'manifest.schema.json'),
  readFileSync(join(import.meta.dirname, '../manifest.schema.json')),
);

// study and the workshop read and run these: the original programs, and the facts read from them
const sources = join(folder, 'sources');
rmSync(sources, { recursive: true, force: true });
for (const path of [...globSync('{patterns,fixes}/**/*.ts', { cwd: projectRoot }), 'lab/contract.ts'])
  write(path, readFileSync(join(projectRoot, path), 'utf8'));
const read: PublishedCatalogue = {
  programs: catalogue.programs.map((program) => ({
    ...program,
    file: relative(catalogue.root, program.file),
  })),
  sources: [...catalogue.sources.values()],
};
write(publishedFile, JSON.stringify(read));
const reports = 'docs/reports.json';
write(reports, JSON.stringify(JSON.parse(readFileSync(join(projectRoot, reports), 'utf8'))));
const proofs = readProofs(projectRoot).at(-1);
if (!proofs) throw new Error('no proofs in docs/proofs');
const ofPairs = proofs.programs.filter(({ role }) => role === 'pattern' || role === 'fix');
write('docs/proofs/node-last.json', JSON.stringify({ ...proofs, programs: ofPairs }));

function write(path: string, text: string): void {
  const file = join(sources, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function scriptOf(path: string): string {
  return path.replace(/\.ts$/, '.js');
}
