import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { whileLocked } from '../../../detector/internal.ts';
import { messageOf } from '../../shared/error-message.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { compareRuns, headOf, linesOf, type Block } from '../records.ts';
import { readHistoryFile } from './read-file.ts';
import { otherRun, isSameRun, type HistoryStore, type Known, type Reading } from './store.ts';

/** Bytes that are read in less time than an index. */
const small = 2 ** 22;

/** A history in a file of JSON Lines, which a project keeps in git. */
export class FileStore implements HistoryStore {
  /** Absolute. */
  readonly file: string;
  readonly name: string;

  constructor(file: string) {
    this.file = resolve(file);
    const path = relative(process.cwd(), this.file);
    this.name = path.startsWith('..') ? this.file : path;
  }

  get key(): string {
    return this.file;
  }

  get isLarge(): boolean {
    return (statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) > small;
  }

  // a database, which has the same interface, answers later
  // oxlint-disable-next-line typescript/require-await
  async read(known?: Known): Promise<Reading> {
    return readHistoryFile(this.file, this.name, known);
  }

  // oxlint-disable-next-line typescript/require-await
  async add(blocks: readonly Block[]): Promise<readonly string[]> {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      return whileLocked(`${this.file}.lock`, () => this.#add(blocks));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `${this.name} can't be written: ${messageOf(error)}`,
        'name a file in a folder that you may write to: --file',
      );
    }
  }

  /** Writes the file anew, in order: other runs keep their bytes. */
  #add(blocks: readonly Block[]): readonly string[] {
    this.#removeLeftovers();
    const own = new Map(blocks.map((block) => [block.run.run, block]));
    const parts: { readonly run: Block['run']; readonly bytes: Uint8Array }[] = [];
    for (const block of readHistoryFile(this.file, this.name).blocks) {
      const { run, bytes = Buffer.from(linesOf(block)) } = block;
      const again = own.get(run.run);
      if (again && !isSameRun(again, block)) throw otherRun(run.run, this.name);
      own.delete(run.run);
      parts.push({ run, bytes });
    }
    const added = [...own.values()];
    parts.push(...added.map((block) => ({ run: block.run, bytes: Buffer.from(linesOf(block)) })));
    parts.sort((a, b) => compareRuns(a.run, b.run));
    const head = Buffer.from(headOf(parts.map(({ run }) => run)));
    const content = Buffer.concat([head, ...parts.map(({ bytes }) => bytes)]);
    if (!existsSync(this.file) || !readFileSync(this.file).equals(content)) writeWhole(this.file, content);
    return added.map(({ run }) => run.run);
  }

  /** Removes files of writers that were killed: while the lock is held there is no other one. */
  #removeLeftovers(): void {
    const folder = dirname(this.file);
    const name = basename(this.file);
    const isLeftover = (path: string): boolean => /^\.\d+\.tmp$/.test(path.slice(name.length));
    for (const path of globSync('*.tmp', { cwd: folder })) {
      if (path.startsWith(name) && isLeftover(path)) rmSync(join(folder, path), { force: true });
    }
  }

  async close(): Promise<void> {
    // the file is open only while it is read
  }
}
