/** Proofs as JSON of version 2: the committed files, which study and the docs draw. */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { observables, type Observable, type Role } from '../contract.ts';
import type { Attempt, Proof } from './prove.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';
import { stages } from './reading.ts';
import type { Verdict } from './verdict.ts';

export interface ProofFile {
  readonly version: 2;
  /** Version of the measured processes, as in `process.version`. */
  readonly node: string;
  /** Number of measurements of each program. */
  readonly times: number;
  /** Numbers of runs at which the curves have their values. */
  readonly stages: readonly number[];
  readonly summary: { readonly programs: number; readonly hold: number };
  readonly programs: readonly ProvenProgram[];
}

export interface ProvenProgram extends Measurements {
  readonly id: string;
  readonly role: Role;
  /** Path of the program's file, relative to the catalogue's root. */
  readonly path: string;
  readonly holds: boolean;
  readonly objections: readonly string[];
}

/** Measurements of one program: the verdict of each, and the curves of the first, which is drawn. */
export interface Measurements {
  readonly verdicts: readonly Verdict['kind'][];
  /**
   * A value for each stage; `heap` in bytes beyond the first stage, as a process has megabytes from its start.
   * Shorter if the measurement ended in an error.
   */
  readonly curves: Readonly<Record<Observable, readonly number[]>>;
  /** Number of stalls at each stage that were proven to be endless; absent if there were none. */
  readonly collected?: readonly number[];
}

/** Turns proofs into a file. @param root of the catalogue */
export function toProofFile(
  proofs: readonly Proof[],
  about: { readonly node: string; readonly times: number; readonly root: string },
): ProofFile {
  const { node, times, root } = about;
  return {
    version: 2,
    node,
    times,
    stages,
    summary: { programs: proofs.length, hold: proofs.filter(({ holds }) => holds).length },
    programs: proofs.map(({ program: { id, role, file }, holds, objections, attempts }) => ({
      id,
      role,
      path: relative(root, file),
      holds,
      objections,
      ...measurementsOf(attempts),
    })),
  };
}

/**
 * Merges new proofs into the file that has the older ones. Programs that have gone are dropped. A file of another
 * Node or another number of measurements is replaced whole, by proofs of all its programs.
 *
 * @param paths of all programs of the catalogue that hold on this Node, in its order
 * @throws UsageError if proofs of such a file would be lost
 */
export function mergedWith(
  before: ProofFile | undefined,
  now: ProofFile,
  paths: readonly string[],
): ProofFile {
  const isSame = before?.node === now.node && before.times === now.times;
  const isLost = ({ path }: { readonly path: string }): boolean =>
    now.programs.every((each) => each.path !== path);
  if (before && !isSame && before.programs.some(isLost)) {
    throw new UsageError(
      `the file has other programs, proven on Node ${before.node} with --times ${before.times}`,
      `prove all programs, or prove with that Node and --times ${before.times}`,
    );
  }
  const known = [...now.programs, ...(isSame ? before.programs : [])];
  const programs = paths.flatMap((path) => known.find((each) => each.path === path) ?? []);
  const hold = programs.filter(({ holds }) => holds).length;
  return { ...now, summary: { programs: programs.length, hold }, programs };
}

/** Reads a file of proofs. @throws UsageError if it can't be read or holds anything else */
export function readProofFile(file: string): ProofFile {
  const next = 'remove it; npm run matrix writes it anew';
  const value = readJson(file, next);
  if (!isRecord(value) || value['version'] !== 2)
    throw new UsageError(`${file}: not proofs of version 2`, next);
  return value as unknown as ProofFile;
}

/** Reads all committed proofs of a catalogue, by Node line. @throws UsageError if one of them can't be read */
export function readProofs(root: string): readonly ProofFile[] {
  const folder = join(root, 'docs', 'proofs');
  return globSync('node-*.json', { cwd: folder })
    .toSorted()
    .map((name) => readProofFile(join(folder, name)));
}

/** Keeps the verdict of each attempt and the curves of the first. */
export function measurementsOf(attempts: readonly Attempt[]): Measurements {
  const readings = attempts[0]?.measured.readings ?? [];
  const curveOf = (name: Observable): readonly number[] => {
    const values = readings.map((reading) => reading.values[name]);
    return name === 'heap' ? values.map((value) => value - (values[0] ?? 0)) : values;
  };
  const collected = readings.map((reading) => reading.collected);
  return {
    verdicts: attempts.map(({ verdict }) => verdict.kind),
    curves: Object.fromEntries(observables.map((name) => [name, curveOf(name)])) as Measurements['curves'],
    ...(collected.some((count) => count > 0) && { collected }),
  };
}
