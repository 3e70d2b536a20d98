import { resolve } from 'node:path';
import { rootOf } from '../ci/git.ts';
import { UsageError } from '../shared/usage-error.ts';
import { historySettings } from './history-settings.ts';
import { FileStore } from './store/file-store.ts';
import { PostgresStore } from './store/postgres-store.ts';
import { projectNameOf } from './store/project-name.ts';
import type { HistoryStore } from './store/store.ts';

/** Options of all verbs that use a history, for `parseArgs`. */
export const storeOptions = {
  file: { type: 'string' },
  store: { type: 'string' },
  project: { type: 'string' },
  branch: { type: 'string' },
} as const;

/** Help text of these options. */
export const storeHelp = `  --file FILE       the file of the history; default "file" of "history" in leaklab.json, else leaks.history.jsonl
  --store URL       a PostgreSQL instead: postgresql://user@host/database; the password is better in PGPASSWORD
  --project NAME    the name of the project in it; default that of the repository`;

/** A history that is open, and its target branch. */
export interface Opened {
  readonly store: HistoryStore;
  /** The target branch. */
  readonly branch?: string;
}

type Values = Readonly<Partial<Record<keyof typeof storeOptions, string | undefined>>>;

/**
 * Opens the history that the options or the settings name; the caller closes it.
 *
 * @throws UsageError if both a file and a database are named, or the database can't be used
 */
export async function openHistory(values: Values): Promise<Opened> {
  const settings = historySettings();
  if (values.file !== undefined && values.store !== undefined) {
    throw new UsageError('a history is in a file or in a database', '--file FILE, or --store URL');
  }
  const isFile = values.file !== undefined || (values.store ?? settings.store) === undefined;
  const branch = values.branch ?? settings.branch;
  return {
    store: isFile ? openFile(values) : await openDatabase(values),
    ...(branch !== undefined && { branch }),
  };
}

/** Opens the file that the options or the settings name. */
export function openFile({ file }: Values): FileStore {
  if (file === '') throw new UsageError('--file is empty', '--file leaks.history.jsonl');
  return new FileStore(file === undefined ? historySettings().file : resolve(file));
}

/**
 * Opens the database that the options or the settings name; the caller closes it.
 *
 * @throws UsageError if none is named, or it can't be used
 */
export async function openDatabase(values: Values): Promise<HistoryStore> {
  const settings = historySettings();
  const url = values.store ?? settings.store;
  if (url === undefined) {
    throw new UsageError('no database', '--store postgresql://user@host/database');
  }
  const project = values.project ?? settings.project ?? (await projectNameOf(await rootOf(process.cwd())));
  return PostgresStore.open(url, project);
}
