import type { Client } from 'pg';
import { messageOf } from '../../shared/error-message.ts';
import { textIn, type Fields } from '../../shared/record.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { compareRuns, lineOf, type Block, type RunRecord } from '../records.ts';
import { parseHistory } from './parse.ts';
import { isSameRun, otherRun, type HistoryStore, type Known, type Reading } from './store.ts';

/** Made on first use; the records are kept as the lines that they are in a file. */
const schema = `
  CREATE TABLE IF NOT EXISTS leaklab_runs (
    project text NOT NULL, run text NOT NULL, time text NOT NULL, branch text, digest text NOT NULL,
    record text NOT NULL, PRIMARY KEY (project, run)
  );
  CREATE TABLE IF NOT EXISTS leaklab_leaks (
    project text NOT NULL, run text NOT NULL, cause text NOT NULL, kind text NOT NULL, count bigint NOT NULL,
    path text, record text NOT NULL, PRIMARY KEY (project, run, cause),
    FOREIGN KEY (project, run) REFERENCES leaklab_runs (project, run)
  );`;

/** The key of an advisory lock: two writers that make the schema at the same time would fail. */
const lock = 4_714_111;
const batch = 1000;
const patience = 20_000;

/** The histories of any number of projects in a PostgreSQL; this is the one of one project. */
export class PostgresStore implements HistoryStore {
  readonly name: string;
  /** True, as the index saves the way to the server. */
  readonly isLarge = true;
  readonly #client: Client;
  readonly #project: string;

  private constructor(client: Client, name: string, project: string) {
    this.#client = client;
    this.name = name;
    this.#project = column(project) ?? '';
  }

  get key(): string {
    return `${this.name} ${this.#project}`;
  }

  /**
   * Connects, and makes the tables if there are none.
   *
   * @throws UsageError without the password, if pg is not installed or the database can't be used
   */
  static async open(url: string, project: string): Promise<PostgresStore> {
    const name = withoutPassword(url);
    const { Client } = await loadPg();
    const client = new Client({ connectionString: url, connectionTimeoutMillis: patience });
    // a connection that breaks while it is idle would end the process; the next query reports it
    client.on('error', () => {});
    try {
      await client.connect();
      const store = new PostgresStore(client, name, project);
      await store.#inTransaction(async () => void (await client.query(schema)));
      return store;
    } catch (error) {
      await client.end().catch(() => {});
      throw unreachable(name, error);
    }
  }

  async read(known?: Known): Promise<Reading> {
    const runs = await this.#runs();
    const before = known?.runs ?? [];
    const follows =
      known !== undefined &&
      before.every(({ run, digest }, index) => runs[index]?.run === run && runs[index].digest === digest);
    const wanted = follows ? runs.slice(before.length) : runs;
    return { follows, blocks: this.#blocks(wanted), mark: 'postgres' };
  }

  async #runs(): Promise<Pick<RunRecord, 'run' | 'time' | 'digest'>[]> {
    const rows = await this.#query('SELECT run, time, digest FROM leaklab_runs WHERE project = $1', [
      this.#project,
    ]);
    const runs = rows.map((row) => ({
      run: JSON.parse(`"${textIn(row, 'run')}"`) as string,
      time: textIn(row, 'time'),
      digest: textIn(row, 'digest'),
    }));
    // the collation of the database may be another one
    return runs.toSorted(compareRuns);
  }

  async *#blocks(runs: readonly Pick<RunRecord, 'run'>[]): AsyncGenerator<Block> {
    for (const { run } of runs) {
      const block = await this.#block(run);
      if (block) yield block;
    }
  }

  async #block(run: string): Promise<Block | undefined> {
    const rows = await this.#query(
      `SELECT record FROM leaklab_runs WHERE project = $1 AND run = $2
       UNION ALL SELECT record FROM leaklab_leaks WHERE project = $1 AND run = $2`,
      [this.#project, column(run)],
    );
    const text = rows.map((row) => `${textIn(row, 'record')}\n`).join('');
    const [block] = parseHistory(Buffer.from(text), `${this.name}, run ${run}`).blocks();
    return block;
  }

  async add(blocks: readonly Block[]): Promise<readonly string[]> {
    return this.#inTransaction(async () => {
      const added: string[] = [];
      for (const block of blocks) {
        const own = await this.#block(block.run.run);
        if (own && !isSameRun(own, block)) throw otherRun(block.run.run, this.name);
        if (own) continue;
        await this.#insert(block);
        added.push(block.run.run);
      }
      return added;
    });
  }

  async #insert({ run, leaks }: Block): Promise<void> {
    await this.#query(
      'INSERT INTO leaklab_runs (project, run, time, branch, digest, record) VALUES ($1, $2, $3, $4, $5, $6)',
      [this.#project, column(run.run), run.time, column(run.branch), run.digest, lineOf(run)],
    );
    for (let from = 0; from < leaks.length; from += batch) {
      const part = leaks.slice(from, from + batch);
      await this.#query(
        `INSERT INTO leaklab_leaks (project, run, cause, kind, count, path, record)
         SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])`,
        [
          this.#project,
          column(run.run),
          part.map(({ cause }) => cause),
          part.map(({ kind }) => kind),
          part.map(({ count }) => count),
          part.map(({ place }) => column(place?.path)),
          part.map(lineOf),
        ],
      );
    }
  }

  /** Runs `work` alone among writers: all of it counts, or none of it. */
  async #inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#query('BEGIN');
    try {
      await this.#query('SELECT pg_advisory_xact_lock($1)', [lock]);
      const result = await work();
      await this.#query('COMMIT');
      return result;
    } catch (error) {
      await this.#client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  async #query(text: string, values: readonly unknown[] = []): Promise<readonly Fields[]> {
    try {
      return (await this.#client.query<Record<string, unknown>>(text, [...values])).rows;
    } catch (error) {
      throw unreachable(this.name, error);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/**
 * Returns a URL as it may be printed.
 *
 * @throws UsageError for what is no URL of a PostgreSQL; it isn't repeated, as it may hold a password
 */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new UsageError(
      'the store is no URL of a PostgreSQL',
      'postgresql://user@host:5432/database, with the password in PGPASSWORD',
    );
  }
  const { protocol, username, host, pathname } = parsed;
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

/** Returns a text with the escapes of JSON: a column can't hold every character. */
function column(text: string | undefined): string | null {
  return text === undefined ? null : JSON.stringify(text).slice(1, -1);
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg');
  } catch (error) {
    throw new UsageError(`pg can't be loaded: ${messageOf(error)}`, 'npm install --save-dev pg');
  }
}

function unreachable(name: string, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  // an error of several addresses has no message
  const parts = error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error);
  return new UsageError(`${name}: ${parts}`, 'check the URL, PGPASSWORD and the rights to make tables');
}
