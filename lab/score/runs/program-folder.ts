import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moduleBeside } from '../../shared/module-beside.ts';
import { siblingsOf } from './program-files.ts';

const driver = moduleBeside(import.meta.url, '../child/drive');

export interface FolderOptions {
  /** Folder of the run. */
  readonly folder: string;
  /** Root of the catalogue. */
  readonly root: string;
  readonly program: string;
  /** Clean programs to run before and after it, in the same file. */
  readonly neighbours: readonly string[];
  /** Set if the runtime imports by `file:` URL; others import by path. */
  readonly byUrl: boolean;
}

/** Writes a module that runs the program with its lab when it is started. */
export function writeEntry({ folder, program, neighbours }: FolderOptions): string {
  const file = join(folder, 'entry.mjs');
  const [before, after] = neighbours;
  const lines = [
    `import { drive, driveNeighbour } from ${quoted(driver, true)};`,
    `import { run } from ${quoted(program, true)};`,
    ...neighbours.map((each, index) => `import { run as neighbour${index} } from ${quoted(each, true)};`),
    ...(before === undefined ? [] : ['await driveNeighbour(neighbour0);']),
    'await drive(run);',
    ...(after === undefined ? [] : ['await driveNeighbour(neighbour1);']),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/**
 * Writes the program as a file of tests, at its place in the catalogue, with the siblings that it imports. Its own
 * lines stay where they are; the tests stand behind them.
 *
 * @param head makes `leaklabTest(name, run)` known
 */
export function writeTestFile(options: FolderOptions, name: string, head: string): string {
  const { folder, root, program, neighbours, byUrl } = options;
  const source = readFileSync(program, 'utf8');
  const file = join(folder, dirname(relative(root, program)), name);
  mkdirSync(dirname(file), { recursive: true });
  copySiblings(program, options);
  const neighbourTest = (index: number): string =>
    `leaklabTest('neighbour ${index}', () => leaklabNeighbour(leaklabNeighbour${index}));`;
  const lines = [
    '// behind this line stands what makes it a test',
    `import { drive as leaklabDrive, driveNeighbour as leaklabNeighbour } from ${quoted(driver, byUrl)};`,
    ...neighbours.map(
      (each, index) => `import { run as leaklabNeighbour${index} } from ${quoted(each, byUrl)};`,
    ),
    head,
    ...(neighbours.length > 0 ? [neighbourTest(0)] : []),
    "leaklabTest('program', () => leaklabDrive(run));",
    ...(neighbours.length > 1 ? [neighbourTest(1)] : []),
  ];
  writeFileSync(file, `${source}\n${lines.join('\n')}\n`);
  return file;
}

function copySiblings(program: string, { folder, root }: Pick<FolderOptions, 'folder' | 'root'>): void {
  for (const sibling of siblingsOf(program)) {
    const copy = join(folder, relative(root, sibling));
    if (relative(root, sibling).startsWith('..') || existsSync(copy)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(sibling, copy);
    copySiblings(sibling, { folder, root });
  }
}

function quoted(file: string, byUrl: boolean): string {
  return JSON.stringify(byUrl ? pathToFileURL(file).href : file);
}
