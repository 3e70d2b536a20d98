import { observables, type Observable } from '../contract.ts';
import { outOfMemory } from '../measure/sandbox.ts';
import { judge, type Measured, type Verdict } from '../oracle/verdict.ts';
import type { Exercise } from './exercise.ts';
import type { Judgement } from './judgement.ts';

/** What the oracle has against a fix, and whether it ended for its memory. */
export function oracleSays(
  { parts }: Exercise,
  measured: Measured,
): { readonly objections: readonly string[]; readonly memory?: string } {
  if (measured.kind === 'error') {
    const isMemory = measured.reason.includes(outOfMemory) || measured.reason.includes('SIGABRT');
    return isMemory
      ? { objections: [], memory: `${outOfMemory} when it ran again and again: ${measured.reason}` }
      : { objections: [measured.reason] };
  }
  const [only] = parts;
  // an incident is held to the limits of the catalogue at large
  const claim = only && parts.length === 1 ? { pattern: only.pair.pattern.pattern } : {};
  const { verdict } = judge(measured, { role: 'fix', ...claim });
  const { differed } = measured;
  return {
    objections: [
      ...growthIn(verdict),
      ...(differed
        ? [`run ${differed.k} gives ${differed.outcome}, the first gave ${measured.outcome}`]
        : []),
    ],
  };
}

/** What is not flat, in words. */
function growthIn(verdict: Verdict): string[] {
  if (verdict.kind === 'error') return [verdict.reason];
  return observables.flatMap((name) => {
    const { growth, perRun } = verdict.slopes[name];
    if (growth === 'flat') return [];
    if (name === 'heap') return [`heap grows by ${Math.round(perRun / 1000)} kB a run`];
    const whole = Math.round(perRun);
    const isWhole = whole > 0 && Math.abs(perRun - whole) < 0.25;
    return [`${name} grow by about ${isWhole ? whole : perRun.toFixed(1)} a run`];
  });
}

/** What grows, for `check --json`. */
export function oracleOf({ parts }: Exercise, measured: Measured): Pick<Judgement, 'oracle'> {
  const [only] = parts;
  const claim = only && parts.length === 1 ? { pattern: only.pair.pattern.pattern } : {};
  const { verdict } = judge(measured, { role: 'fix', ...claim });
  if (verdict.kind === 'error') return {};
  const grown: Partial<Record<Observable, number>> = {};
  for (const name of observables) {
    const { growth, perRun } = verdict.slopes[name];
    if (growth !== 'flat') grown[name] = perRun;
  }
  return { oracle: grown };
}
