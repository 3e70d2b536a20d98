/** Proofs as JSON, version 1: what is committed, and what study and the docs draw. */
import { observables, type Observable } from '../contract.ts';
import type { Attempt, Proof } from './prove.ts';
import { stages } from './reading.ts';
import type { Role, Verdict } from './verdict.ts';

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

export function toProofFile(proofs: readonly Proof[], node: string, times: number): ProofFile {
  return {
    version: 1,
    node,
    times,
    stages,
    summary: { programs: proofs.length, hold: proofs.filter(({ holds }) => holds).length },
    programs: proofs.map(({ program: { id, role }, holds, objections, attempts }) => {
      return { id, role, holds, objections, attempts: attempts.map(provenAttempt) };
    }),
  };
}

/** JSON with each list of numbers on one line. */
export function formatProofFile(file: ProofFile): string {
  const json = JSON.stringify(file, null, 2);
  return `${json.replace(/\[[-\d.,\s]+\]/g, (list) => list.replace(/\s+/g, ' '))}\n`;
}

function provenAttempt({ measured: { readings }, verdict }: Attempt): ProvenAttempt {
  const curves = byObservable((name) => readings.map(({ values }) => values[name]));
  const collected = readings.map((reading) => reading.collected);
  if (verdict.kind === 'error') return { verdict: 'error', curves, collected };
  const { kind, slopes } = verdict;
  return { verdict: kind, curves, slopes: byObservable((name) => slopes[name].perRun), collected };
}

function byObservable<T>(valueOf: (name: Observable) => T): Record<Observable, T> {
  return Object.fromEntries(observables.map((name) => [name, valueOf(name)])) as Record<Observable, T>;
}
