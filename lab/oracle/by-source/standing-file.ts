/** Standings of labels on another runtime, as JSON of version 2: the committed file and the table's data. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Role } from '../../contract.ts';
import { readJson } from '../../shared/json-file.ts';
import { isRecord } from '../../shared/record.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { measurementsOf, type Measurements } from '../proof-file.ts';
import type { Proof } from '../prove.ts';
import { stages } from '../reading.ts';
import { standingOf, type Standing } from './standing.ts';

/** Runtimes that have a file. */
export const foreignNames = ['deno', 'bun'] as const;
export type ForeignName = (typeof foreignNames)[number];

export interface StandingFile {
  readonly version: 2;
  readonly runtime: ForeignName;
  /** Release of the runtime, such as `2.9.6`. */
  readonly release: string;
  /** Number of measurements of each program. */
  readonly times: number;
  /** Numbers of runs at which the curves have their values. */
  readonly stages: readonly number[];
  readonly summary: Readonly<Record<Standing['kind'] | 'programs', number>>;
  readonly programs: readonly StandingProgram[];
}

export interface StandingProgram extends Measurements {
  readonly id: string;
  readonly role: Role;
  /** Path of the program's file, relative to the catalogue's root. */
  readonly path: string;
  readonly standing: Standing;
}

/** Turns proofs into a file. @param root of the catalogue */
export function toStandingFile(
  proofs: readonly Proof[],
  about: Pick<StandingFile, 'runtime' | 'release' | 'times'> & { readonly root: string },
): StandingFile {
  const { runtime, release, times, root } = about;
  const programs = proofs.map((proof): StandingProgram => {
    const { id, role, file } = proof.program;
    return {
      id,
      role,
      path: relative(root, file),
      standing: standingOf(proof),
      ...measurementsOf(proof.attempts),
    };
  });
  return { version: 2, runtime, release, times, stages, summary: summaryOf(programs), programs };
}

/**
 * Merges new standings into the file that has the older ones. Programs that have gone are dropped. A file of
 * another release or another number of measurements is replaced whole.
 *
 * @param paths of all programs of the catalogue, in its order
 */
export function standingsMerged(
  before: StandingFile | undefined,
  now: StandingFile,
  paths: readonly string[],
): StandingFile {
  const isSame = before?.release === now.release && before.times === now.times;
  const known = [...now.programs, ...(isSame ? before.programs : [])];
  const programs = paths.flatMap((path) => known.find((each) => each.path === path) ?? []);
  return { ...now, summary: summaryOf(programs), programs };
}

/**
 * Reads the committed standings of a runtime; `undefined` if there are none. @throws UsageError if the file can't
 * be used
 */
export function readStandings(file: string): StandingFile | undefined {
  if (!existsSync(file)) return undefined;
  const next = 'remove it; npm run foreign writes it anew';
  const value = readJson(file, next);
  if (!isRecord(value) || value['version'] !== 2 || !('runtime' in value))
    throw new UsageError(`${file}: not standings of version 2`, next);
  return value as unknown as StandingFile;
}

/** Returns the path of the committed file. */
export function standingsPath(root: string, runtime: ForeignName): string {
  return join(root, 'docs', 'proofs', `${runtime}.json`);
}

function summaryOf(programs: readonly StandingProgram[]): StandingFile['summary'] {
  const having = (kind: Standing['kind']): number =>
    programs.filter(({ standing }) => standing.kind === kind).length;
  return {
    programs: programs.length,
    holds: having('holds'),
    differs: having('differs'),
    'not applicable': having('not applicable'),
  };
}
