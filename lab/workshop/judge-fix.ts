import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../contract.ts';
import type { Measured } from '../oracle/verdict.ts';
import { bareProgram } from './bare-program.ts';
import { measureOn, watchUnder, type Sandbox, type Watched } from './bench.ts';
import { asUsual } from './conditions.ts';
import { comparable, failed, told, verdictOf, type Objection } from './endings.ts';
import type { Exercise } from './exercise.ts';
import type { Judgement } from './judgement.ts';
import {
  acquisitionsGone,
  explain,
  isCallerChanged,
  knownMistake,
  looksLike,
  meanings,
  timesChanged,
  type Likeness,
  type Versions,
  type WrongFix,
} from './looks-like.ts';
import { oracleOf, oracleSays } from './oracle-word.ts';
import { runnableOf, type Reference } from './reference.ts';

/** A learner's exercise. */
export interface Attempt {
  /** The file to run. */
  readonly file: string;
  /** The sources of its parts, by the names that they have in the exercise. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Judges a fix by detector, oracle and outcome, against the reference. */
export async function judgeFix(
  exercise: Exercise,
  attempt: Attempt,
  reference: Reference,
  sandbox: Sandbox,
): Promise<Judgement> {
  const early = beforeRunning(exercise, attempt);
  if (early) return early;
  const runnable = runnableOf(exercise, attempt.file);
  const usual = await watchUnder(runnable, asUsual, sandbox);
  const { ending, report } = usual.answer;
  const wrongEnding = verdictOf(ending);
  if (wrongEnding) return { version: 1, ...wrongEnding, detector: report };
  if (ending.how !== 'returned') throw new Error(`unexpected ending ${ending.how}`);
  // what did not come back once is not run 25 times
  const measured = await measureOn(runnable, sandbox);
  const seen = { detector: report, ...oracleOf(exercise, measured) };
  const objections =
    differentOutcome(exercise, attempt, ending.outcome, reference) ??
    leftover(exercise, attempt, usual, measured) ??
    differentJob(exercise, attempt, usual, reference) ??
    (await differentUnderFault(exercise, attempt, reference, sandbox));
  if (objections) return { version: 1, ...objections, ...seen };
  return {
    version: 1,
    verdict: 'pass',
    messages: [
      'nothing is left: the detector finds no leak, and nothing grows over 25 runs',
      reference.faulty.size === 0
        ? 'the job is done as before'
        : `the job is done as before, also when ${[...reference.faulty.keys()].map(({ name }) => name).join(', and when ')}`,
    ],
    ...seen,
  };
}

function beforeRunning(exercise: Exercise, attempt: Attempt): Judgement | undefined {
  for (const { file } of exercise.parts) {
    const text = attempt.sources.get(file);
    if (text === undefined) {
      const messages = [`${file} is missing: leaklab workshop reset brings it back`];
      return { version: 1, verdict: 'error', messages };
    }
    if (text.trim() === '')
      return { version: 1, verdict: 'fail', looksLike: 'empty', messages: [meanings.empty] };
  }
  return undefined;
}

function differentOutcome(
  exercise: Exercise,
  attempt: Attempt,
  outcome: Json,
  { usual }: Reference,
): Objection | undefined {
  const wanted = outcomeOf(usual);
  if (isDeepStrictEqual(outcome, wanted)) return undefined;
  const looks = mostTelling(exercise, attempt);
  const looksLike: Likeness = looks === 'swallowed' ? 'swallowed' : 'deleted';
  return {
    verdict: 'fail',
    looksLike,
    messages: [
      meanings[looksLike],
      `the job gives ${JSON.stringify(outcome)}, and should give ${JSON.stringify(wanted)}`,
    ],
  };
}

/** What detector or oracle say is left. */
function leftover(
  exercise: Exercise,
  attempt: Attempt,
  usual: Watched,
  measured: Measured,
): Objection | undefined {
  const { leaks } = usual.answer.report;
  const oracle = oracleSays(exercise, measured);
  if (oracle.memory) return failed('out of memory', oracle.memory);
  if (leaks.length === 0 && oracle.objections.length === 0) return undefined;
  const count = leaks.reduce((sum, each) => sum + each.count, 0);
  const kinds = [...new Set(leaks.map(({ kind }) => kind))].join(', ');
  const says = [
    leaks.length === 0
      ? 'the detector finds nothing after one run'
      : `the detector finds ${count === 1 ? 'a leak' : `${count} leaks`}: ${kinds} ${placesOf(usual)}`,
    oracle.objections.length === 0
      ? 'the oracle counts nothing that grows over 25 runs'
      : `the oracle, over 25 runs: ${oracle.objections.join('; ')}`,
  ];
  const known = mistakeIn(exercise, attempt);
  if (known) {
    const mistake = basename(known.program.file, '.ts').replace(/^[^.]*\.wrong-/, '');
    return {
      verdict: 'fail',
      looksLike: 'known mistake',
      mistake,
      messages: [explain(known), ...alsoSays(exercise, attempt), ...says],
    };
  }
  const looks = mostTelling(exercise, attempt);
  if (looks === undefined) return { verdict: 'fail', messages: says };
  return { verdict: 'fail', looksLike: looks, messages: [meanings[looks], ...says] };
}

/** Beside a known mistake, what its kind is called, where it has a kind. */
function alsoSays(exercise: Exercise, attempt: Attempt): string[] {
  const looks = mostTelling(exercise, attempt);
  return looks === undefined || looks === 'unchanged' || looks === 'empty' ? [] : [meanings[looks]];
}

function placesOf({ answer }: Watched): string {
  const places = answer.report.leaks.flatMap(({ site }) =>
    site ? [`${basename(site.file)}:${site.line}`] : [],
  );
  return places.length === 0 ? 'at no line of yours' : `at ${[...new Set(places)].join(', ')}`;
}

/** The same outcome and nothing left; is it still the same job? */
function differentJob(
  exercise: Exercise,
  attempt: Attempt,
  usual: Watched,
  reference: Reference,
): Objection | undefined {
  const fail = (looksLike: Likeness, detail: string): Objection => ({
    verdict: 'fail',
    looksLike,
    messages: [meanings[looksLike], detail],
  });
  for (const part of exercise.parts) {
    const versions = versionsOf(part, attempt);
    if (isCallerChanged(versions))
      return fail('caller', `\`run\` of ${part.file} is not as it was handed out`);
    const lines = part.leaks.map(({ line }) => line);
    const [gone] = acquisitionsGone(versions, lines);
    if (gone !== undefined) return fail('deleted', `\`${gone}\` of line ${lines.join(', ')} is gone`);
    const [time] = timesChanged(versions);
    if (time !== undefined) return fail('time-out', `${time} is no longer in ${part.file}`);
  }
  const [unasked] = reference.usual.asked.difference(usual.asked);
  return unasked === undefined ? undefined : fail('deleted', `nobody does this any more: ${unasked}`);
}

async function differentUnderFault(
  exercise: Exercise,
  attempt: Attempt,
  { faulty, again }: Reference,
  sandbox: Sandbox,
): Promise<Objection | undefined> {
  const runnable = runnableOf(exercise, attempt.file);
  const all = await Promise.all(
    [...faulty].map(async ([condition, wanted]) => {
      const watched = await watchUnder(runnable, condition, sandbox);
      return { condition, wanted, watched };
    }),
  );
  for (const { condition, wanted, watched } of all) {
    const [mine, theirs] = [watched, wanted].map(({ answer }) => comparable(answer.ending));
    if (!isDeepStrictEqual(mine, theirs)) {
      // with a fault two things may race: what does not end the same way each time is held against nobody
      const further = await Promise.all([1, 2, 3].map(() => again(condition)));
      if (further.some(({ answer }) => !isDeepStrictEqual(comparable(answer.ending), theirs))) continue;
      const isSwallowed = wanted.answer.ending.how === 'threw' && watched.answer.ending.how === 'returned';
      return {
        verdict: 'fail',
        ...(isSwallowed && { looksLike: 'swallowed' as const }),
        messages: [
          ...(isSwallowed ? [meanings.swallowed] : []),
          `when ${condition.name}, it ${told(watched.answer.ending)}; it should have ${told(wanted.answer.ending)}`,
        ],
      };
    }
    if (wanted.answer.report.leaks.length === 0 && watched.answer.report.leaks.length > 0) {
      const kinds = [...new Set(watched.answer.report.leaks.map(({ kind }) => kind))].join(', ');
      return {
        verdict: 'fail',
        messages: [`it holds only as long as all goes well: when ${condition.name}, it leaves ${kinds}`],
      };
    }
  }
  return undefined;
}

function outcomeOf({ answer: { ending } }: Watched): Json {
  return ending.how === 'returned' ? ending.outcome : null;
}

/** The likeness of the first part that looks like anything; an untouched part of several says nothing. */
function mostTelling({ parts }: Exercise, attempt: Attempt): Likeness | undefined {
  const leaking = parts.filter(({ isLeaking }) => isLeaking);
  const looks = leaking.map((part) => looksLike(versionsOf(part, attempt)));
  return looks.every((each) => each === 'unchanged')
    ? 'unchanged'
    : looks.find((each) => each !== undefined && each !== 'unchanged');
}

function mistakeIn({ parts }: Exercise, attempt: Attempt): WrongFix | undefined {
  for (const part of parts.filter(({ isLeaking }) => isLeaking)) {
    const versions = versionsOf(part, attempt);
    if (looksLike(versions) === 'unchanged') continue;
    const known = knownMistake(versions, wrongFixesOf(part.pair.wrongFixes));
    if (known) return known;
  }
  return undefined;
}

/** The wrong fixes of a pair, as a learner would have written them. */
export function wrongFixesOf(programs: Exercise['parts'][number]['pair']['wrongFixes']): readonly WrongFix[] {
  return programs.map((program) => ({
    program,
    source: bareProgram(readFileSync(program.file, 'utf8')).source,
  }));
}

function versionsOf({ start, fixed, file }: Exercise['parts'][number], attempt: Attempt): Versions {
  return { start: start.source, fixed: fixed.source, learner: attempt.sources.get(file) ?? '' };
}
