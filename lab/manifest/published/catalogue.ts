/**
 * The catalogue for other projects: `leaklab/catalogue`.
 *
 * Its programs are JavaScript here, with each line and column where the original has it.
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

/** A program as a module: runs once, and returns what a caller sees of the job. */
export interface ProgramModule {
  /** @returns what a caller sees of the job */
  run(lab: Lab): Promise<Outcome>;
}

const folder = new URL('../../../', import.meta.url);

/** All programs with their labels; its JSON Schema is `leaklab/manifest.schema.json`. */
export const manifest = JSON.parse(readFileSync(new URL('catalogue.json', folder), 'utf8')) as Manifest;

/** The file of a program, to be imported here or in a process of its own. */
export function urlOf({ path }: Pick<ListedProgram, 'path'>): URL {
  return new URL(path, folder);
}
