/** Proofs as JSON, version 1: what is committed, and what study and the docs draw. */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { observables, type Observable, type Role } from '../contract.ts';
import type { Attempt, Proof } from './prove.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../usage-error.ts';
import { stages } from './reading.ts';
import type { Verdict } from './verdict.ts';

export interface ProofFile {
  readonly version: 1;
  /** Of the measured processes, as `process.version` gives it. */
  readonly node: string;
  /** How often each program was measured. */
  readonly times: number;
  /** The numbers of runs at which the curves have their values. */
  readonly stages: readonly number[];
  readonly summary: { readonly programs: number; readonly hold: number };
  readonly programs: readonly ProvenProgram[];
}

export interface ProvenProgram {
  readonly id: string;
  readonly role: Role;
  /** Of its file, relative to the catalogue's root. */
  readonly path: string;
  readonly holds: boolean;
  readonly objections: readonly string[];
  readonly attempts: readonly ProvenAttempt[];
}

export interface ProvenAttempt {
  readonly verdict: Verdict['kind'];
  /** One value per stage; `heap` in bytes. Shorter if the attempt ended in an error. */
  readonly curves: Readonly<Record<Observable, readonly number[]>>;
  /** Units (`heap`: bytes) per run between the last two stages; none if the attempt ended in an error. */
  readonly slopes?: Readonly<Record<Observable, number>>;
  /** Of the stalls at each stage, how many were proven to be endless: nobody holds what they wait for. */
  readonly collected: readonly number[];
}

/** @param root of the catalogue */
export function toProofFile(
  proofs: readonly Proof[],
  about: { readonly node: string; readonly times: number; readonly root: string },
): ProofFile {
  const { node, times, root } = about;
  return {
    version: 1,
    node,
    times,
    stages,
    summary: { programs: proofs.length, hold: proofs.filter(({ holds }) => holds).length },
    programs: proofs.map(({ program: { id, role, file }, holds, objections, attempts }) => {
      return {
        id,
        role,
        path: relative(root, file),
        holds,
        objections,
        attempts: attempts.map(provenAttempt),
      };
    }),
  };
}

/**
 * A file with what was proven now in the place of what it had of the same programs; of programs that are gone nothing
 * stays. A file of another Node or another number of measurements is replaced whole.
 *
 * @param paths of all programs of the catalogue that hold on this Node, in its order
 */
export function mergedWith(
  before: ProofFile | undefined,
  now: ProofFile,
  paths: readonly string[],
): ProofFile {
  const isSame = before?.node === now.node && before.times === now.times;
  const known = [...now.programs, ...(isSame ? before.programs : [])];
  const programs = paths.flatMap((path) => known.find((each) => each.path === path) ?? []);
  const hold = programs.filter(({ holds }) => holds).length;
  return { ...now, summary: { programs: programs.length, hold }, programs };
}

/** @throws UsageError if it can't be read, or is none of ours */
export function readProofFile(file: string): ProofFile {
  const next = 'npm run matrix writes it anew';
  const value = readJson(file, next);
  if (!isRecord(value) || value['version'] !== 1)
    throw new UsageError(`${file}: not proofs of version 1`, next);
  return value as unknown as ProofFile;
}

/** All that are committed with a catalogue, by the line of Node. @throws UsageError if one of them can't be read */
export function readProofs(root: string): readonly ProofFile[] {
  const folder = join(root, 'docs', 'proofs');
  return globSync('node-*.json', { cwd: folder })
    .toSorted()
    .map((name) => readProofFile(join(folder, name)));
}

/** JSON with each attempt on one line. */
export function formatProofFile(file: {
  readonly programs: readonly { readonly attempts: readonly ProvenAttempt[] }[];
}): string {
  const { programs, ...head } = file;
  const lines = programs.map(({ attempts, ...program }) => {
    const each = attempts.map((attempt) => `    ${JSON.stringify(attempt)}`).join(',\n');
    return `  ${JSON.stringify(program).slice(0, -1)},"attempts":[\n${each}\n  ]}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"programs":[\n${lines.join(',\n')}\n]}\n`;
}

/** What is kept of an attempt. */
export function provenAttempt({ measured: { readings }, verdict }: Attempt): ProvenAttempt {
  const curves = byObservable((name) => readings.map(({ values }) => values[name]));
  const collected = readings.map((reading) => reading.collected);
  if (verdict.kind === 'error') return { verdict: 'error', curves, collected };
  const { kind, slopes } = verdict;
  return { verdict: kind, curves, slopes: byObservable((name) => slopes[name].perRun), collected };
}

function byObservable<T>(valueOf: (name: Observable) => T): Record<Observable, T> {
  return Object.fromEntries(observables.map((name) => [name, valueOf(name)])) as Record<Observable, T>;
}
