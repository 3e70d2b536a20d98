import type { DatabaseSync } from 'node:sqlite';

let sqlite: typeof import('node:sqlite') | undefined;

/** Opens a database of `node:sqlite`, without Node's warning that the module is new: users can do nothing about it. */
export function openSqlite(file: string): DatabaseSync {
  sqlite ??= quietly(() => process.getBuiltinModule('node:sqlite'));
  return new sqlite.DatabaseSync(file);
}

function quietly<Result>(load: () => Result): Result {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
