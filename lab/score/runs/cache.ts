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

/** What of the scorer decides what a run gives, whatever the adapter. */
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

/** The runs that are done, a file each: whole or not there, so that a run can be killed at any moment. */
export class Cache {
  readonly folder: string;
  readonly #hashes = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What was recorded of a cell; nothing if program, adapter or runtime have changed since. */
  read(cell: Cell, key: string): Recorded | undefined {
    const file = this.#fileOf(cell);
    if (!existsSync(file)) return undefined;
    try {
      const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
      return recorded.version === 1 && recorded.key === key ? recorded : undefined;
    } catch {
      // not ours, or of a disk that was full: it is run again
      return undefined;
    }
  }

  /** Reads what was recorded first of each cell, whether or not anything has changed since. */
  firstRuns(): readonly Recorded[] {
    return globSync('runs/*/*/*/*.1.json', { cwd: this.folder }).map(
      (name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Recorded,
    );
  }

  write(cell: Cell, recorded: Recorded): void {
    writeWhole(this.#fileOf(cell), `${JSON.stringify(recorded)}\n`);
  }

  /**
   * Takes over what another machine has recorded.
   *
   * @throws UsageError if it is no folder of a cache
   */
  merge(other: string): void {
    const runs = join(other, 'runs');
    if (!existsSync(runs) || !statSync(runs).isDirectory())
      throw new UsageError(`${other} holds no runs/`, 'name the --cache folder of another shard');
    cpSync(runs, join(this.folder, 'runs'), { recursive: true });
  }

  /** @param inputs absolute paths of the files that the program consists of */
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

/** What an adapter's answers depend on: its own files, the scorer's, the detector for the bundled one. */
function fingerprint(adapter: Adapter, known: Map<string, string>): string {
  const files = harness.map((name) => moduleBeside(import.meta.url, `../${name}`));
  // one that was loaded from somebody's file
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

/** What a tool needs in the child beside its module. */
function helpersOf(name: string): readonly string[] {
  return globSync(join(scoreFolder, 'child', `${name}*.{cjs,mjs}`));
}
