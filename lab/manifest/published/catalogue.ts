/**
 * The catalogue for other projects: `leaklab/catalogue`.
 *
 * The programs are JavaScript here; each line and column is that of the original.
 */
import { readFileSync } from 'node:fs';
import type { Lab, Outcome } from '../../contract.ts';
import type { ListedProgram, Manifest } from '../manifest.ts';

export type {
  Channel,
  Family,
  Json,
  Kind,
  Lab,
  Manner,
  Observable,
  Outcome,
  Pattern,
  Stage,
  Upstream,
  Visit,
} from '../../contract.ts';
export type { ListedProgram, Manifest } from '../manifest.ts';
export { openLab, type OpenLab } from '../../outside/lab-context.ts';

/** A program as a module. */
export interface ProgramModule {
  /** Runs the program. @returns the result of the job, as its caller sees it */
  run(lab: Lab): Promise<Outcome>;
}

const folder = new URL('../../../', import.meta.url);

/** All programs with their labels; its JSON Schema is `leaklab/manifest.schema.json`. */
export const manifest = JSON.parse(readFileSync(new URL('catalogue.json', folder), 'utf8')) as Manifest;

/** Returns the URL of a program, to import here or in another process. */
export function urlOf({ path }: Pick<ListedProgram, 'path'>): URL {
  return new URL(path, folder);
}
