/** What a label of the catalogue, proven on Node, is worth on another runtime. */
import type { Proof } from '../prove.ts';
import { sameOutcome } from '../reading.ts';

export type Standing =
  /** The program runs, does the same job, and what the label says is so there. */
  | { readonly kind: 'holds' }
  /** It runs and does the same job, and something else grows, or nothing does. */
  | { readonly kind: 'differs'; readonly objections: readonly string[] }
  /** It does not run there, or does another job than on Node. */
  | { readonly kind: 'not applicable'; readonly reason: string };

/** @param proof with one run on Node as its reference */
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

/** What is to be said of a standing besides its kind. */
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
