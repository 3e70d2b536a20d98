import {
  channels,
  families,
  stages,
  type Channel,
  type Family,
  type Role,
  type Stage,
} from '../../contract.ts';
import { isCaught, type Verdict } from './judge-answer.ts';
import { rateOf, rounded, type Rate } from './rate.ts';

/** Properties of a program that its score is counted by. */
export interface Subject {
  readonly id: string;
  /** Path relative to the catalogue's root. */
  readonly path: string;
  readonly role: Role;
  readonly family: Family;
  /** Stage of its pair; absent for a decoy with a separate id. */
  readonly stage?: Stage;
  readonly channel?: Channel;
}

export interface Scored {
  readonly subject: Subject;
  readonly judged: Verdict;
}

export interface Metrics {
  /** Pairs whose leak is caught and whose fix is silent. */
  readonly pairRate: Rate;
  /** Patterns that are caught. */
  readonly recall: Rate;
  /** Patterns that are caught with a kind, or a type that can mean it, as marked. */
  readonly kindRight: Rate;
  /** Patterns that are caught at a marked line. */
  readonly exactLine: Rate;
  /** The same, or at a line that a fair report may name instead. */
  readonly nearLine: Rate;
  readonly falseAlarmsOnFixes: Rate;
  readonly falseAlarmsOnDecoys: Rate;
  readonly wrongFixesCaught: Rate;
  /** Programs of any role without an answer: crashes and time-outs. */
  readonly noAnswer: Rate;
  /** Youden's J: recall less false alarms, fixes and decoys together; null where there are none of either. */
  readonly youdensJ: number | null;
}

/** Counts the judged programs. */
export function metricsOf(scored: readonly Scored[]): Metrics {
  const ofRole = (role: Role): readonly Scored[] => scored.filter(({ subject }) => subject.role === role);
  const patterns = ofRole('pattern');
  const fixes = ofRole('fix');
  const decoys = ofRole('decoy');
  const wrongFixes = ofRole('wrong-fix');
  const caught = (some: readonly Scored[]): number =>
    some.filter(({ judged }) => isCaught(judged.outcome)).length;
  const alarms = (some: readonly Scored[]): number =>
    some.filter(({ judged }) => judged.outcome === 'false alarm').length;
  const silent = new Set(
    fixes.filter(({ judged }) => judged.outcome === 'silent').map(({ subject }) => subject.id),
  );
  const separated = patterns.filter(
    ({ judged, subject }) => isCaught(judged.outcome) && silent.has(subject.id),
  );
  const at = (...outcomes: readonly string[]): Rate =>
    rateOf(patterns.filter(({ judged }) => outcomes.includes(judged.outcome)).length, patterns.length);
  return {
    pairRate: rateOf(separated.length, patterns.length),
    recall: rateOf(caught(patterns), patterns.length),
    kindRight: rateOf(patterns.filter(({ judged }) => judged.isKindRight).length, patterns.length),
    exactLine: at('exact'),
    nearLine: at('exact', 'near'),
    falseAlarmsOnFixes: rateOf(alarms(fixes), fixes.length),
    falseAlarmsOnDecoys: rateOf(alarms(decoys), decoys.length),
    wrongFixesCaught: rateOf(caught(wrongFixes), wrongFixes.length),
    noAnswer: rateOf(scored.filter(({ judged }) => judged.outcome === 'no answer').length, scored.length),
    youdensJ: youden(
      caught(patterns),
      patterns.length,
      alarms(fixes) + alarms(decoys),
      fixes.length + decoys.length,
    ),
  };
}

function youden(hits: number, leaking: number, alarms: number, clean: number): number | null {
  return leaking === 0 || clean === 0 ? null : rounded(hits / leaking - alarms / clean);
}

/** Metrics of each part that has a program in it. */
export interface Breakdown {
  readonly byFamily: Readonly<Partial<Record<Family, Metrics>>>;
  readonly byStage: Readonly<Partial<Record<Stage, Metrics>>>;
  readonly byChannel: Readonly<Partial<Record<Channel, Metrics>>>;
  /** Mean of Youden's J over the families, so that a large family does not outweigh a small one. */
  readonly macroJ: number | null;
}

export function breakdownOf(scored: readonly Scored[]): Breakdown {
  const byFamily = grouped(scored, families, ({ family }) => family);
  const js = Object.values(byFamily).flatMap(({ youdensJ }) => youdensJ ?? []);
  return {
    byFamily,
    byStage: grouped(scored, stages, ({ stage }) => stage),
    byChannel: grouped(scored, channels, ({ channel }) => channel),
    macroJ: js.length === 0 ? null : rounded(js.reduce((sum, j) => sum + j, 0) / js.length),
  };
}

function grouped<Key extends string>(
  scored: readonly Scored[],
  keys: readonly Key[],
  keyOf: (subject: Subject) => Key | undefined,
): Partial<Record<Key, Metrics>> {
  const groups: Partial<Record<Key, Metrics>> = {};
  for (const key of keys) {
    const own = scored.filter(({ subject }) => keyOf(subject) === key);
    if (own.length > 0) groups[key] = metricsOf(own);
  }
  return groups;
}

/** Counts programs that came out the same each time, of those that ran more than once. */
export function stabilityOf(repeats: ReadonlyMap<string, readonly string[]>): Rate {
  const again = [...repeats.values()].filter((outcomes) => outcomes.length > 1);
  return rateOf(again.filter((outcomes) => new Set(outcomes).size === 1).length, again.length);
}

/** Returns the middle value; null for an empty list. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
