import { observables, type Observable } from '../../contract.ts';
import { outOfMemory } from '../../watched/sandbox.ts';
import { judge, type Measured } from '../../oracle/verdict.ts';
import type { Exercise } from '../exercise/exercise.ts';
import type { OracleFacts } from './judgement.ts';

/** Returns what the oracle has measured, held to the limits for a fix. */
export function oracleFacts({ parts }: Exercise, measured: Measured): OracleFacts {
  const [only] = parts;
  // an incident is held to the limits of the catalogue at large
  const claim = only && parts.length === 1 ? { pattern: only.pair.pattern.pattern } : {};
  const { verdict } = judge(measured, { role: 'fix', ...claim });
  if (verdict.kind === 'error') {
    const { reason } = verdict;
    return { kind: 'failed', reason, isMemory: reason.includes(outOfMemory) || reason.includes('SIGABRT') };
  }
  const grown: Partial<Record<Observable, number>> = {};
  for (const name of observables) {
    const { growth, perRun } = verdict.slopes[name];
    if (growth !== 'flat') grown[name] = perRun;
  }
  const differed = measured.kind === 'measured' &&
    measured.differed && { ...measured.differed, first: measured.outcome };
  return { kind: 'counted', grown, ...(differed && { differed }) };
}

/** Reports whether the oracle has nothing against a fix. */
export function isFlat(facts: OracleFacts): boolean {
  return facts.kind === 'counted' && Object.keys(facts.grown).length === 0 && !facts.differed;
}
