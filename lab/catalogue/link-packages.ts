import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeOf } from '../shared/error-message.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Packages that programs import, and the types of these and of Node. */
const packages = ['pg', 'pg-cursor', 'undici', '@types/node', '@types/pg'];
/** Packages that serve a program with a PostgreSQL. */
const postgres = ['@electric-sql/pglite', '@electric-sql/pglite-socket'];

/**
 * Makes the packages that programs import resolvable from a folder, without a download.
 *
 * @returns the packages that are not installed
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

/** Returns the packages that a program needs and that are missing: beside an installed leaklab all are optional. */
export function missingPackages(source: string): readonly string[] {
  const imported = [...source.matchAll(/ from '([a-z@][^':]*)'/g)].flatMap(([, each]) => each ?? []);
  const isServed = /\blab\.postgres\b/.test(source) && process.env['LEAKLAB_POSTGRES'] === undefined;
  const wanted = new Set([...imported, ...(isServed ? postgres : [])]);
  return [...wanted].filter((each) => folderOf(each, import.meta.filename) === undefined);
}

/**
 * Makes sure that the packages that a program needs are installed.
 *
 * @param name the name of the program or exercise, for the message
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
