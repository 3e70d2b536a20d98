import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../../shared/project-root.ts';
import { moduleBeside } from '../../shared/module-beside.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import type { Adapter } from '../answer/adapter.ts';
import { runtimeId, type Cell } from './cells.ts';
import { withSiblings } from './program-files.ts';
import type { Recorded } from '../answer/recorded.ts';

const scoreFolder = dirname(import.meta.dirname);

/** Files of the scorer that influence the result of a run, whatever the adapter. */
const harness = [
  'runs/run-program',
  'runs/run-command',
  'runs/runner',
  'runs/raw',
  'runs/program-folder',
  'answer/recorded',
  'answer/answer',
  'answer/sarif',
  'child/drive',
  'answer/job',
  'child/mail-ask',
  'child/in-process',
  'child/control',
];

/** Cache of finished runs, a file each, whole or absent, so that a run can be killed at any moment. */
export class Cache {
  readonly folder: string;
  readonly #hashes = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Reads the record of a cell; undefined if program, adapter or runtime have changed since. */
  read(cell: Cell, key: string): Recorded | undefined {
    const file = this.#fileOf(cell);
    if (!existsSync(file)) return undefined;
    try {
      const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
      return recorded.version === 1 && recorded.key === key ? recorded : undefined;
    } catch {
      // a foreign file, or one from a full disk: the program runs again
      return undefined;
    }
  }

  /** Reads the first record of each cell, whether or not anything has changed since. */
  firstRuns(): readonly Recorded[] {
    return globSync('runs/*/*/*/*.1.json', { cwd: this.folder }).map(
      (name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Recorded,
    );
  }

  write(cell: Cell, recorded: Recorded): void {
    writeWhole(this.#fileOf(cell), `${JSON.stringify(recorded)}\n`);
  }

  /** Adds the records of another machine. @throws UsageError if it is no folder of a cache */
  merge(other: string): void {
    const runs = join(other, 'runs');
    if (!existsSync(runs) || !statSync(runs).isDirectory())
      throw new UsageError(`${other} holds no runs/`, 'name the --cache folder of another shard');
    cpSync(runs, join(this.folder, 'runs'), { recursive: true });
  }

  /** Returns the key of a cell. @param inputs absolute paths of the program's files */
  keyOf(cell: Cell, inputs: readonly string[]): string {
    const hash = createHash('sha256');
    for (const part of [fingerprint(cell.adapter, this.#hashes), runtimeId(cell.runtime), cell.axis])
      hash.update(`${part}\n`);
    for (const file of inputs) hash.update(`${this.#hashOf(file)}\n`);
    return hash.digest('hex').slice(0, 16);
  }

  #fileOf({ adapter, runtime, axis, program, repeat }: Cell): string {
    const name = `${program.replaceAll('/', '~')}.${repeat}.json`;
    return join(this.folder, 'runs', adapter.name, runtimeId(runtime), axis, name);
  }

  #hashOf(file: string): string {
    return hashOf(file, this.#hashes);
  }
}

function hashOf(file: string, known: Map<string, string>): string {
  let hash = known.get(file);
  if (hash === undefined) {
    hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    known.set(file, hash);
  }
  return hash;
}

/** Hashes the inputs of an adapter's answers: its own files, the scorer's, and the detector for the bundled one. */
function fingerprint(adapter: Adapter, known: Map<string, string>): string {
  const files = harness.map((name) => moduleBeside(import.meta.url, `../${name}`));
  // a foreign adapter, loaded from its file
  if (adapter.source !== undefined) files.push(...withSiblings(adapter.source));
  const about: unknown[] = [adapter.name, adapter.version, adapter.way];
  switch (adapter.way) {
    case 'in process':
      files.push(...withSiblings(adapter.module), ...helpersOf(adapter.name));
      about.push(adapter.flags ?? [], adapter.options);
      if (adapter.name.startsWith('leaklab-'))
        files.push(
          ...globSync(join(projectRoot, 'detector', '**', '*.{ts,json}'))
            .filter((file) => !/\.test\.ts$|\/fixtures\/|\/detector\/runners\//.test(file))
            .toSorted(),
        );
      break;
    case 'command':
    case 'static':
      files.push(
        ...globSync(
          join(scoreFolder, 'adapters', `{${adapter.name},${adapter.name.replace(/-test$/, '')}}.ts`),
        ),
        ...helpersOf(adapter.name),
      );
      about.push(
        adapter.configuration ?? '',
        String(adapter.way === 'command' ? adapter.command : adapter.scan),
      );
      if (adapter.way === 'command') about.push(String(adapter.read));
      break;
    case 'executable':
      about.push(adapter.command);
      files.push(...adapter.command.filter((part) => existsSync(part) && statSync(part).isFile()));
      break;
    case 'sarif':
      files.push(adapter.file);
  }
  const hashes = files.map((file) => `${relative(projectRoot, file)} ${hashOf(file, known)}`);
  return createHash('sha256')
    .update(JSON.stringify([about, hashes]))
    .digest('hex');
}

/** Lists the files of a tool in the child beside its module. */
function helpersOf(name: string): readonly string[] {
  return globSync(join(scoreFolder, 'child', `${name}*.{cjs,mjs}`));
}
