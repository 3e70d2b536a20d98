/** Standing of a label, proven on Node, on another runtime. */
import type { Proof } from '../prove.ts';
import { sameOutcome } from '../reading.ts';

export type Standing =
  /** The program runs there, does the same job, and its label is right. */
  | { readonly kind: 'holds' }
  /** It runs and does the same job, but its label is wrong there. */
  | { readonly kind: 'differs'; readonly objections: readonly string[] }
  /** It does not run there, or does another job than on Node. */
  | { readonly kind: 'not applicable'; readonly reason: string };

/** Compares a proof elsewhere with Node. @param proof with one run on Node as its reference */
export function standingOf({ attempts, objections, reference }: Proof): Standing {
  if (reference?.kind !== 'measured') {
    throw new Error(`no outcome on Node to compare with: ${reference?.reason ?? 'not measured'}`);
  }
  for (const { measured } of attempts) {
    if (measured.kind === 'error') return { kind: 'not applicable', reason: measured.reason };
    const { outcome, differed } = measured;
    if (!sameOutcome(outcome, reference.outcome)) {
      return {
        kind: 'not applicable',
        reason: `run 1 returned ${outcome}, on Node ${reference.outcome}`,
      };
    }
    if (differed) {
      return {
        kind: 'not applicable',
        reason: `run ${differed.k} returned ${differed.outcome}, run 1 ${outcome}`,
      };
    }
  }
  return objections.length === 0 ? { kind: 'holds' } : { kind: 'differs', objections };
}

/** Returns the reasons of a standing. */
export function reasonsOf(standing: Standing): readonly string[] {
  switch (standing.kind) {
    case 'holds':
      return [];
    case 'differs':
      return standing.objections;
    case 'not applicable':
      return [standing.reason];
  }
}
