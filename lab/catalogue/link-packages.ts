import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeOf } from '../shared/error-message.ts';
import { UsageError } from '../shared/usage-error.ts';

/** What programs import beside Node's own, and the types of both. */
const packages = ['pg', 'pg-cursor', 'undici', '@types/node', '@types/pg'];
/** What serves a program that asks for a PostgreSQL. */
const postgres = ['@electric-sql/pglite', '@electric-sql/pglite-socket'];

/**
 * Makes the packages that programs import resolvable from a folder, where they are not, without a download.
 *
 * @returns those that are nowhere to be found
 */
export function linkPackages(folder: string): readonly string[] {
  return packages.filter((name) => {
    if (folderOf(name, join(folder, 'any.js')) !== undefined) return false;
    const from = folderOf(name, import.meta.filename);
    if (from === undefined) return true;
    const place = join(folder, 'node_modules', name);
    if (!existsSync(place)) {
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(from, place, 'junction');
    }
    return false;
  });
}

/**
 * What a program imports, and the PostgreSQL that it asks for, of which there is nothing here: all of it is optional
 * where leaklab is installed.
 */
export function missingPackages(source: string): readonly string[] {
  const imported = [...source.matchAll(/ from '([a-z@][^':]*)'/g)].flatMap(([, each]) => each ?? []);
  const isServed = /\blab\.postgres\b/.test(source) && process.env['LEAKLAB_POSTGRES'] === undefined;
  const wanted = new Set([...imported, ...(isServed ? postgres : [])]);
  return [...wanted].filter((each) => folderOf(each, import.meta.filename) === undefined);
}

/**
 * Makes sure that a program has what it needs.
 *
 * @param name of what is to be run, for the message
 * @throws UsageError that says what to install
 */
export function demandPackages(name: string, source: string): void {
  const missing = missingPackages(source);
  if (missing.length === 0) return;
  throw new UsageError(
    `${name} uses ${missing.join(', ')}, not installed here`,
    `npm install --save-dev ${missing.join(' ')}`,
  );
}

function folderOf(name: string, file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve(`${name}/package.json`));
  } catch (error) {
    const isHidden = codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    return isHidden ? dirname(createRequire(file).resolve(name)) : undefined;
  }
}
