import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../../../detector/index.ts';
import type { Json } from '../../contract.ts';
import { measureOn, watchUnder, type Runnable, type Sandbox, type Watched } from './sandbox-run.ts';
import { asUsual } from './conditions.ts';
import { endedAlike, verdictOf } from './endings.ts';
import type { Exercise } from '../exercise/exercise.ts';
import type { Judgement, Objection, OracleFacts, Reason, Verdict } from './judgement.ts';
import { textFacts, type TextFacts } from './mistakes.ts';
import { isFlat, oracleFacts } from './oracle-verdict.ts';
import { runnableOf, type Reference } from './reference.ts';

/** A learner's fix. */
export interface Attempt {
  /** The file to run. */
  readonly file: string;
  /** The sources of its parts, by the names that they have in the exercise. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Judges a fix by text, detector, oracle and outcome, against the reference. */
export async function judgeFix(
  exercise: Exercise,
  { file, sources }: Attempt,
  reference: Reference,
  sandbox: Sandbox,
): Promise<Judgement> {
  const text = textFacts(exercise.parts, sources);
  if (text.unusable) return failed(text.unusable);
  const runnable = runnableOf(exercise, file);
  const usual = await watchUnder(runnable, asUsual, sandbox);
  const { ending, report: detector } = usual.answer;
  // a program that did not return once is not run 25 times
  if (ending.how !== 'returned') return { ...failed({ reason: { kind: 'ending', ending } }), detector };
  const oracle = oracleFacts(exercise, await measureOn(runnable, sandbox));
  const objection =
    otherOutcome(ending.outcome, reference, text) ??
    leak(detector, oracle, text) ??
    text.jobChanged ??
    requestGone(usual, reference) ??
    (await otherUnderFault(runnable, reference, sandbox));
  if (objection) return { ...failed(objection), detector, oracle };
  return { verdict: 'pass', faults: [...reference.faulty.keys()].map(({ name }) => name), detector, oracle };
}

function failed(objection: Objection): { readonly verdict: Exclude<Verdict, 'pass'> } & Objection {
  return { verdict: verdictOn(objection.reason), ...objection };
}

function verdictOn(reason: Reason): Exclude<Verdict, 'pass'> {
  switch (reason.kind) {
    case 'missing file':
      return 'error';
    case 'out of memory':
      return 'out of memory';
    case 'ending':
      return verdictOf(reason.ending);
    default:
      return 'fail';
  }
}

function otherOutcome(outcome: Json, { usual }: Reference, { looksLike }: TextFacts): Objection | undefined {
  const { ending } = usual.answer;
  const wanted = ending.how === 'returned' ? ending.outcome : null;
  if (isDeepStrictEqual(outcome, wanted)) return undefined;
  return {
    reason: { kind: 'outcome', outcome, wanted },
    looksLike: looksLike === 'swallowed' ? 'swallowed' : 'deleted',
  };
}

function leak(
  { leaks }: Report,
  oracle: OracleFacts,
  { looksLike, mistake }: TextFacts,
): Objection | undefined {
  if (oracle.kind === 'failed' && oracle.isMemory)
    return { reason: { kind: 'out of memory', reason: oracle.reason } };
  if (leaks.length === 0 && isFlat(oracle)) return undefined;
  return {
    reason: { kind: 'leak', leaks, oracle },
    ...(looksLike && { looksLike }),
    ...(mistake && { mistake }),
  };
}

function requestGone({ asked }: Watched, { usual }: Reference): Objection | undefined {
  const [request] = usual.asked.difference(asked);
  return request === undefined
    ? undefined
    : { reason: { kind: 'request gone', request }, looksLike: 'deleted' };
}

async function otherUnderFault(
  runnable: Runnable,
  { faulty, again }: Reference,
  sandbox: Sandbox,
): Promise<Objection | undefined> {
  const all = await Promise.all(
    [...faulty].map(async ([condition, { answer: wanted }]) => {
      const { answer: mine } = await watchUnder(runnable, condition, sandbox);
      return { condition, wanted, mine };
    }),
  );
  for (const { condition, wanted, mine } of all) {
    const fault = condition.name;
    const { ending } = mine;
    if (!endedAlike(ending, wanted.ending)) {
      // under a fault two things may race: an end that varies for the reference is no objection
      const further = await Promise.all([1, 2, 3].map(() => again(condition)));
      if (!further.every(({ answer }) => endedAlike(answer.ending, wanted.ending))) continue;
      const isSwallowed = wanted.ending.how === 'threw' && ending.how === 'returned';
      return {
        reason: { kind: 'ending under fault', fault, ending, wanted: wanted.ending },
        ...(isSwallowed && { looksLike: 'swallowed' }),
      };
    }
    const { leaks } = mine.report;
    if (wanted.report.leaks.length === 0 && leaks.length > 0)
      return { reason: { kind: 'leak under fault', fault, leaks } };
  }
  return undefined;
}
