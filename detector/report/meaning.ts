import { apiCall } from '../api-call.ts';
import type { Evidence, Finding } from '../finding.ts';
import { rules } from './meanings.ts';

/** What is to be told apart among findings of a kind. */
export interface Facts {
  readonly type: string;
  /** Node's module and function that the user's line called: `node:timers setInterval`. */
  readonly api?: string;
  readonly detail?: string;
  /** Of a request: whether its headers have come. */
  readonly answered?: boolean;
}

export interface Meaning {
  /** What it is, and why it is still alive. */
  readonly why: string;
  /** What is to be done; none where nothing is sure. */
  readonly fix?: string;
}

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
  const { kind, type, evidence, detail } = finding;
  if (kind === 'await') return awaits[evidence === 'unreachable' ? 'proven' : 'suspected'];
  const call = apiCall(finding);
  const facts: Facts = {
    type,
    ...(call.of === 'node' && { api: `${call.module} ${call.function}` }),
    ...(detail !== undefined && { detail }),
    ...(finding.facts?.['answered'] !== undefined && { answered: finding.facts['answered'] === true }),
  };
  const rule = rules[kind].find(({ when }) => !when || when(facts));
  if (!rule) throw new Error(`no meaning of ${kind}: detector/report/meanings.ts has to end in one for all`);
  return rule;
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
