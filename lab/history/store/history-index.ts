/** Keeps what a large history amounts to in a SQLite database, so that it isn't read whole each time. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { cacheFolder } from '../../shared/node-releases.ts';
import type { RunOfTests } from '../cause-history.ts';
import { Fold, type CauseState } from '../fold.ts';
import type { RunRecord } from '../records.ts';
import { openSqlite } from './open-sqlite.ts';
import type { Known } from './store.ts';

/** Raised when a table or the state of a cause changes: an index of another version is built anew. */
const version = 1;
const schema = `
  CREATE TABLE about (version INTEGER NOT NULL, mark TEXT NOT NULL);
  CREATE TABLE keys (place INTEGER PRIMARY KEY, run TEXT NOT NULL, time TEXT NOT NULL, digest TEXT NOT NULL);
  CREATE TABLE runs (place INTEGER PRIMARY KEY, run TEXT NOT NULL);
  CREATE TABLE causes (cause TEXT PRIMARY KEY, state TEXT NOT NULL);`;

/** The content of an index. */
export interface Indexed {
  readonly known: Known;
  readonly fold: Fold;
}

/** Returns the path of the index of a store and a branch. */
export function indexPath(store: string, branch: string | undefined, cache = cacheFolder()): string {
  const name = createHash('sha256')
    .update(JSON.stringify([store, branch]))
    .digest('hex')
    .slice(0, 32);
  return join(cache, 'history', `${name}.sqlite`);
}

/** An index that is open for reading: it stays the same while another process writes a new one. */
export class HistoryIndex {
  readonly known: Known;
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync, known: Known) {
    this.#database = database;
    this.known = known;
  }

  /** Opens an index; one that can't be used is as good as none. */
  static open(file: string): HistoryIndex | undefined {
    if (!existsSync(file)) return undefined;
    let database: DatabaseSync | undefined;
    try {
      database = openSqlite(file);
      const [about] = database.prepare('SELECT version, mark FROM about').all();
      if (about?.['version'] !== version) throw new Error('of another version');
      const keys = database.prepare('SELECT run, time, digest FROM keys ORDER BY place').all();
      const runs = keys as unknown as Pick<RunRecord, 'run' | 'time' | 'digest'>[];
      return new HistoryIndex(database, { mark: String(about['mark']), runs });
    } catch {
      database?.close();
      return undefined;
    }
  }

  /** Returns what the runs amount to; nothing if the index is damaged. */
  fold(): Fold | undefined {
    try {
      const runs = this.#database.prepare('SELECT run FROM runs ORDER BY place').all();
      const causes = this.#database.prepare('SELECT state FROM causes').iterate();
      return new Fold(
        runs.map(({ run }) => JSON.parse(String(run)) as RunOfTests),
        (function* () {
          for (const { state } of causes) yield JSON.parse(String(state)) as CauseState;
        })(),
      );
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Writes an index whole: a reader sees the old one or the new one. One that can't be written is left out. */
export function writeIndex(file: string, { known, fold }: Indexed): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    rmSync(beside, { force: true });
    const database = openSqlite(beside);
    try {
      database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
      database.exec(schema);
      database.prepare('INSERT INTO about VALUES (?, ?)').run(version, known.mark);
      const key = database.prepare('INSERT INTO keys VALUES (?, ?, ?, ?)');
      for (const [place, { run, time, digest }] of known.runs.entries()) key.run(place, run, time, digest);
      const run = database.prepare('INSERT INTO runs VALUES (?, ?)');
      for (const [place, each] of fold.runs.entries()) run.run(place, JSON.stringify(each));
      const cause = database.prepare('INSERT INTO causes VALUES (?, ?)');
      for (const [name, state] of fold.causes) cause.run(name, JSON.stringify(state));
      database.exec('COMMIT');
    } finally {
      database.close();
    }
    renameSync(beside, file);
  } catch {
    if (existsSync(beside)) rmSync(beside);
  }
}
