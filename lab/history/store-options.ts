import { resolve } from 'node:path';
import { UsageError } from '../shared/usage-error.ts';
import { historySettings } from './history-settings.ts';
import { FileStore } from './store/file-store.ts';
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

/** What the options and the settings name. */
export interface Opened {
  readonly store: HistoryStore;
  /** The target branch. */
  readonly branch?: string;
}

type Values = Readonly<Partial<Record<keyof typeof storeOptions, string | undefined>>>;

/**
 * Opens the history that the options or the settings name; the caller closes it.
 *
 * @throws UsageError if both a file and a database are named, or the database can't be reached
 */
export async function openHistory(values: Values): Promise<Opened> {
  const settings = historySettings();
  if (values.file !== undefined && values.store !== undefined) {
    throw new UsageError('a history is in a file or in a database', '--file FILE, or --store URL');
  }
  const url = values.file === undefined ? (values.store ?? settings.store) : undefined;
  const branch = values.branch ?? settings.branch;
  const about = branch === undefined ? {} : { branch };
  if (url === undefined) {
    return {
      store: new FileStore(values.file === undefined ? settings.file : resolve(values.file)),
      ...about,
    };
  }
  throw new UsageError('no database yet', url);
}
