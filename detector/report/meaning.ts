import type { Evidence, Finding } from '../finding.ts';
import { meanings, type Meaning } from './meanings.ts';

const awaits: Readonly<Record<'proven' | 'suspected', Meaning>> = {
  proven: {
    why: 'it waits for a promise that nobody can settle any more, so that nothing behind its await, no finally either, will ever run',
    fix: 'settle the promise on every way out, also when the work fails, is cancelled or is over already',
  },
  suspected: {
    why: 'it waits for a promise that nobody has settled, and what stands behind its await has not run',
  },
};

/** What a finding means, by its kind, type and evidence, and by the API that made it. */
export function meaningOf(finding: Finding): Meaning {
  const { kind, evidence } = finding;
  if (kind === 'await') return awaits[evidence === 'unreachable' ? 'proven' : 'suspected'];
  const meaning = meanings[kind].find(({ when }) => !when || when(finding));
  if (!meaning)
    throw new Error(`no meaning of ${kind}: detector/report/meanings.ts has to end in one for all`);
  return meaning;
}

/** How a finding is known, worded as what it is: a proof, a sight or a suspicion. */
export const certainty: Readonly<Record<Evidence, string>> = {
  unreachable: 'proof: the promise was collected while pending, so nothing can ever settle it',
  alive: 'seen: it was still open when the time that it had to end was over',
  attached: 'seen: it was still attached when the time that it had to go was over',
  grew: 'seen: there was more of it after every run of the same work',
  pending: 'suspicion: it still waited when its time was over, but what it waits for can still be reached',
};

/** From the most certain down. */
export const byCertainty: readonly Evidence[] = ['unreachable', 'alive', 'attached', 'grew', 'pending'];
