import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { observables, type Json, type Observable } from '../contract.ts';
import type { Ending } from '../measure/messages.ts';
import { outOfMemory } from '../measure/sandbox.ts';
import { judge, type Measured, type Verdict as OracleVerdict } from '../oracle/verdict.ts';
import { UsageError } from '../usage-error.ts';
import { bareProgram } from './bare-program.ts';
import { layOut, measureOn, watchUnder, type Bench, type Runnable, type Watched } from './bench.ts';
import { asUsual, faults, type Condition } from './conditions.ts';
import { filesOf, type Exercise } from './exercise.ts';
import type { Judgement, Verdict } from './judgement.ts';
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
import { readFileSync } from 'node:fs';

/** How the reference comes out, which a mend is held to. */
export interface Reference {
  readonly usual: Watched;
  /** Only those under which the reference comes to an end. */
  readonly faulty: ReadonlyMap<Condition, Watched>;
  /** Runs it once more. */
  readonly again: (condition: Condition) => Promise<Watched>;
}

/** A learner's exercise. */
export interface Attempt {
  /** The file to run. */
  readonly file: string;
  /** The sources of its parts, by the names that they have in the exercise. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Runs the mended program under all conditions that it would notice. */
export async function referenceOf(exercise: Exercise, bench: Bench): Promise<Reference> {
  const runnable = runnableOf(exercise, layOut(filesOf(exercise, 'mended'), bench));
  const again = (condition: Condition): Promise<Watched> => watchUnder(runnable, condition, bench);
  const [usual, ...rest] = await Promise.all(
    [asUsual, ...faultsFor(exercise)].map(async (condition) => ({
      condition,
      watched: await again(condition),
    })),
  );
  if (!usual) throw new Error('no condition fits');
  const { ending } = usual.watched.answer;
  if (ending.how !== 'returned') {
    throw new UsageError(
      `the reference of this exercise did not come to its end: ${ending.how === 'lost' ? ending.reason : ending.how}`,
      'check again when the machine is less busy',
    );
  }
  const counting = rest.filter(({ watched }) => endingOf(watched.answer.ending) !== undefined);
  return {
    usual: usual.watched,
    faulty: new Map(counting.map(({ condition, watched }) => [condition, watched])),
    again,
  };
}

/** Judges a mend by detector, oracle and outcome, against the reference. */
export async function judgeMend(
  exercise: Exercise,
  attempt: Attempt,
  reference: Reference,
  bench: Bench,
): Promise<Judgement> {
  const early = beforeRunning(exercise, attempt);
  if (early) return early;
  const runnable = runnableOf(exercise, attempt.file);
  const [usual, measured] = await Promise.all([
    watchUnder(runnable, asUsual, bench),
    measureOn(runnable, bench),
  ]);
  const { ending, report } = usual.answer;
  const seen = { detector: report, ...oracleOf(exercise, measured) };
  const wrongEnding = verdictOf(ending);
  if (wrongEnding) return { version: 1, ...wrongEnding, detector: report };
  if (ending.how !== 'returned') throw new Error(`unexpected ending ${ending.how}`);
  const objections =
    differentOutcome(exercise, attempt, ending.outcome, reference) ??
    leftover(exercise, attempt, usual, measured) ??
    differentJob(exercise, attempt, usual, reference) ??
    (await differentUnderFault(exercise, attempt, reference, bench));
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

type Objection = Pick<Judgement, 'verdict' | 'looksLike' | 'mistake' | 'messages'>;

/** All that an exercise was made from. */
export function originalOf({ parts }: Exercise): string {
  return parts.map(({ start, mended }) => start.source + mended.source).join('\n');
}

export function runnableOf(exercise: Exercise, file: string): Runnable {
  // what can be seen at once is looked for at once, as the main job does
  const isSeenLater = exercise.parts.some(
    ({ isLeaking, leaks }) => isLeaking && leaks.every(({ kind }) => kind === 'memory'),
  );
  return { file, original: originalOf(exercise), isSeenLater };
}

function faultsFor(exercise: Exercise): readonly Condition[] {
  const original = originalOf(exercise);
  // in an incident a fault of one part keeps the others from running
  return exercise.kind === 'incident' ? [] : faults.filter((fault) => fault.fits(original));
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

function verdictOf(ending: Ending): Objection | undefined {
  switch (ending.how) {
    case 'returned':
      return undefined;
    case 'finished':
      return failed('error', 'there is no `run` to call: the exercise has to export it');
    case 'threw':
      return ending.code === 'ERR_ACCESS_DENIED'
        ? failed('error', `it may not do that here: ${firstLine(ending.error)}`)
        : failed('error', `it threw: ${firstLine(ending.error)}`);
    case 'exited':
      return failed(
        'error',
        `it called process.exit(${ending.code}): the process is not the program's to end`,
      );
    case 'hung':
      return failed(
        'timeout',
        ending.where === 'run' ? '`run` never returned' : 'its top level never finished',
      );
    case 'lost':
      return failed(
        ending.reason.includes(outOfMemory)
          ? 'out of memory'
          : ending.reason.startsWith('killed')
            ? 'timeout'
            : 'error',
        ending.reason,
      );
  }
}

function failed(verdict: Exclude<Verdict, 'pass'>, message: string): Objection {
  return { verdict, messages: [message] };
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
  bench: Bench,
): Promise<Objection | undefined> {
  const runnable = runnableOf(exercise, attempt.file);
  const all = await Promise.all(
    [...faulty].map(async ([condition, wanted]) => {
      const watched = await watchUnder(runnable, condition, bench);
      return { condition, wanted, watched };
    }),
  );
  for (const { condition, wanted, watched } of all) {
    const [mine, theirs] = [watched, wanted].map(({ answer }) => endingOf(answer.ending));
    if (!isDeepStrictEqual(mine, theirs)) {
      // with a fault two things may race: what does not end the same way each time is held against nobody
      const further = await Promise.all([1, 2, 3].map(() => again(condition)));
      if (further.some(({ answer }) => !isDeepStrictEqual(endingOf(answer.ending), theirs))) continue;
      const isSwallowed = wanted.answer.ending.how === 'threw' && watched.answer.ending.how === 'returned';
      return {
        verdict: 'fail',
        ...(isSwallowed && { looksLike: 'swallowed' as const }),
        messages: [
          ...(isSwallowed ? [meanings.swallowed] : []),
          `when ${condition.name}, it ${told(watched)}; it should have ${told(wanted)}`,
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

/** How a run ended, as far as it is the same each time; nothing if that is not to be compared. */
function endingOf(ending: Ending): Json | undefined {
  if (ending.how === 'returned') return { returned: withoutPlaces(JSON.stringify(ending.outcome)) };
  return ending.how === 'threw' ? { threw: withoutPlaces(firstLine(ending.error)) } : undefined;
}

/** Ports and folders are others each time. */
function withoutPlaces(text: string): string {
  return text.replaceAll(/(?<=[:.] ?)\d{4,5}\b/g, 'PORT').replaceAll(/\/[^\s'"]*\/run-\w+/g, 'FOLDER');
}

function told({ answer: { ending } }: Watched): string {
  if (ending.how === 'returned') return `returned ${JSON.stringify(ending.outcome)}`;
  if (ending.how === 'threw') return `thrown ${firstLine(ending.error)}`;
  return ending.how === 'hung' ? 'never returned' : ending.how;
}

function outcomeOf({ answer: { ending } }: Watched): Json {
  return ending.how === 'returned' ? ending.outcome : null;
}

/** What the oracle has against a mend, and whether it ended for its memory. */
function oracleSays(
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
function growthIn(verdict: OracleVerdict): string[] {
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

function oracleOf({ parts }: Exercise, measured: Measured): Pick<Judgement, 'oracle'> {
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

function versionsOf({ start, mended, file }: Exercise['parts'][number], attempt: Attempt): Versions {
  return { start: start.source, mended: mended.source, learner: attempt.sources.get(file) ?? '' };
}

function firstLine(text: string): string {
  const lines = text.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? text;
}
