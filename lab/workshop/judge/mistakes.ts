import { readFileSync } from 'node:fs';
import type { Program } from '../../catalogue/program.ts';
import { bareProgram } from '../exercise/bare-program.ts';
import type { Part } from '../exercise/exercise.ts';
import type { Likeness, Objection } from './judgement.ts';
import { changesFrom, countOf, likeness, runOf, tokensOf } from './tokens.ts';

/** Facts of an attempt's text. */
export interface TextFacts {
  /** An objection that spares the run. */
  readonly unusable: Objection | undefined;
  /** The kind of fix, by the first leaking part that was touched and has one. */
  readonly looksLike: Likeness | undefined;
  /** The wrong fix of the pair that it is like. */
  readonly mistake: Program | undefined;
  /** The first objection to how the job is done. */
  readonly jobChanged: Objection | undefined;
}

/** Sources that are compared. */
export interface Versions {
  readonly start: string;
  readonly fixed: string;
  readonly learner: string;
}

/** Compares an attempt with what was handed out and with the reference, without running it. */
export function textFacts(parts: readonly Part[], sources: ReadonlyMap<string, string>): TextFacts {
  const all = parts.map((part) => factsOf(part, sources.get(part.file)));
  const touched = all.filter(({ looksLike: looks }) => looks !== 'unchanged');
  const first = <Key extends keyof TextFacts>(key: Key, facts = all): TextFacts[Key] | undefined =>
    facts.find((each) => each[key] !== undefined)?.[key];
  return {
    unusable: first('unusable'),
    looksLike: touched.length === 0 ? 'unchanged' : first('looksLike', touched),
    mistake: first('mistake', touched),
    jobChanged: first('jobChanged'),
  };
}

function factsOf(part: Part, learner: string | undefined): TextFacts {
  const versions = { start: part.start.source, fixed: part.fixed.source, learner: learner ?? '' };
  // a part that is sound has nothing to be fixed, and says nothing of the fix
  const looks = part.isLeaking ? looksLike(versions) : 'unchanged';
  return {
    unusable: unusable(part.file, learner),
    looksLike: looks,
    mistake: looks === 'unchanged' ? undefined : knownMistake(part, versions, looks),
    jobChanged: jobChanged(part, versions),
  };
}

function unusable(file: string, learner: string | undefined): Objection | undefined {
  if (learner === undefined) return { reason: { kind: 'missing file', file } };
  return learner.trim() === '' ? { reason: { kind: 'empty file' }, looksLike: 'empty' } : undefined;
}

function jobChanged({ file, leaks }: Part, versions: Versions): Objection | undefined {
  if (isCallerChanged(versions)) return { reason: { kind: 'caller changed', file }, looksLike: 'caller' };
  const lines = leaks.map(({ line }) => line);
  const [name] = acquisitionsGone(versions, lines);
  if (name !== undefined) return { reason: { kind: 'call gone', name, lines }, looksLike: 'deleted' };
  const [time] = timesChanged(versions);
  return time === undefined
    ? undefined
    : { reason: { kind: 'time gone', file, time }, looksLike: 'time-out' };
}

/** Returns the kind of a fix that may not hold, by its text. */
export function looksLike({ start, fixed, learner }: Versions): Likeness | undefined {
  if (tokensOf(learner).length === 0) return 'empty';
  const { added, removed } = changesFrom(start, learner);
  if (added.length + removed.length === 0) return 'unchanged';
  const gained = (...tokens: string[]): boolean =>
    countOf(learner, ...tokens) > Math.max(countOf(start, ...tokens), countOf(fixed, ...tokens));
  if (gained('unref')) return 'unref';
  if (gained('setMaxListeners') || gained('defaultMaxListeners')) return 'limit';
  if (isCallerChanged({ start, fixed, learner })) return 'caller';
  if (timesChanged({ start, fixed, learner }).length > 0) return 'time-out';
  if (gained('catch') || gained("'error'") || gained('allSettled')) return 'swallowed';
  const net = removed.length - added.length;
  const meant = changesFrom(start, fixed);
  const isShorter = net > 4 + Math.max(0, meant.removed.length - meant.added.length);
  return isShorter ? 'deleted' : undefined;
}

/** Reports whether the learner has changed `run` where the reference leaves it alone. */
export function isCallerChanged({ start, fixed, learner }: Versions): boolean {
  const [before, meant, now] = [start, fixed, learner].map((source) => runOf(source).join(' '));
  return before === meant && now !== before;
}

/** Returns the numbers from 5 up that the reference keeps and the learner does not. */
export function timesChanged({ start, fixed, learner }: Versions): readonly string[] {
  const numbers = (source: string): string[] =>
    tokensOf(source).filter((token) => /^\d[\d_]*$/.test(token) && Number(token.replaceAll('_', '')) >= 5);
  const [meant, now] = [new Set(numbers(fixed)), new Set(numbers(learner))];
  return [...new Set(numbers(start))].filter((number) => meant.has(number) && !now.has(number));
}

/** Returns the functions called on these lines that the reference still calls and the learner does not. */
export function acquisitionsGone({ start, fixed, learner }: Versions, lines: readonly number[]): string[] {
  const all = start.split('\n');
  const called = lines.flatMap((line) =>
    [...(all[line - 1] ?? '').matchAll(/(#?\w+)(?:<[^>(]*>)?\(/g)].flatMap(([, name]) => name ?? []),
  );
  return [...new Set(called)].filter(
    (name) =>
      countOf(start, name) > 0 &&
      countOf(fixed, name) >= countOf(start, name) &&
      countOf(learner, name) === 0,
  );
}

/** Returns the wrong fix that the learner's change is most like, or else one of the same kind. */
function knownMistake(part: Part, versions: Versions, looks: Likeness | undefined): Program | undefined {
  const own = changesFrom(versions.start, versions.learner);
  const ranked = wrongFixesOf(part)
    .map((wrong) => ({ ...wrong, alike: likeness(own, changesFrom(versions.start, wrong.source)) }))
    .toSorted((a, b) => b.alike - a.alike);
  const [best] = ranked;
  if (best && best.alike >= 0.6) return best.program;
  if (looks === undefined) return undefined;
  return ranked.find(({ source }) => looksLike({ ...versions, learner: source }) === looks)?.program;
}

/** Returns the wrong fixes of a part's pair, as a learner would write them. */
export function wrongFixesOf({
  pair,
}: Part): readonly { readonly program: Program; readonly source: string }[] {
  return pair.wrongFixes.map((program) => ({
    program,
    source: bareProgram(readFileSync(program.file, 'utf8')).source,
  }));
}
