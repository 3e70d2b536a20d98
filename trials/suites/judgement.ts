import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasParts } from '../../lab/shared/record.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import type { Cause } from './cause.ts';

/** Verdicts on a cause, after reading the code that it names. */
export const verdicts = ['leak of the package', 'leak of the suite', 'by design', 'false alarm'] as const;
export type Verdict = (typeof verdicts)[number];

/** Judgement on some causes, by a person who has read the code. */
export interface Judgement {
  readonly suite: string;
  /** Short description, for the page. */
  readonly what: string;
  readonly verdict: Verdict;
  /** Reason for the verdict, from that code. */
  readonly reason: string;
  /** Keys: see {@link Cause.key}. */
  readonly causes: readonly string[];
  /** Keys of causes that only some runs show. */
  readonly sometimes?: readonly string[];
}

const file = join(import.meta.dirname, 'judgements.json');

/**
 * Reads `judgements.json`.
 *
 * @throws UsageError if it can't be used
 */
export function readJudgements(): readonly Judgement[] {
  const { judgements }: { judgements: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  if (Array.isArray(judgements) && judgements.every(isJudgement)) return judgements;
  throw new UsageError(`${file}: a judgement lacks a part`, `give each ${parts.join(', ')} and causes`);
}

const parts = ['suite', 'what', 'verdict', 'reason'] as const;

/** Answer to whether the maintainer of a suite would merge leaklab's line, by a person who has read what it reports. */
export interface Merge {
  readonly suite: string;
  readonly merges: boolean;
  /** Reason, for the page. */
  readonly why: string;
}

/**
 * Reads the answers in `judgements.json`.
 *
 * @throws UsageError if one lacks a part
 */
export function readMerges(): readonly Merge[] {
  const { merges }: { merges: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  if (Array.isArray(merges) && merges.every(isMerge)) return merges;
  throw new UsageError(`${file}: an answer in merges lacks a part`, 'give each suite, merges and why');
}

function isMerge(value: unknown): value is Merge {
  return hasParts(value, ['suite', 'why']) && typeof value['merges'] === 'boolean';
}

function isJudgement(value: unknown): value is Judgement {
  const isKeys = (keys: unknown): boolean =>
    Array.isArray(keys) && keys.every((key) => typeof key === 'string');
  return (
    hasParts(value, parts) &&
    verdicts.some((verdict) => verdict === value['verdict']) &&
    isKeys(value['causes']) &&
    (value['sometimes'] === undefined || isKeys(value['sometimes']))
  );
}

/** Comparison of found causes with judged ones. */
export interface Comparison {
  /** Causes without a judgement yet. */
  readonly fresh: readonly Cause[];
  /** Judged causes that were not found. */
  readonly gone: readonly string[];
}

/**
 * Compares the causes of a suite with its judgements.
 *
 * @param found causes of all runs
 */
export function compared(found: readonly Cause[], judgements: readonly Judgement[]): Comparison {
  const keys = new Set(found.map(({ key }) => key));
  const known = new Set(judgements.flatMap(({ causes, sometimes = [] }) => [...causes, ...sometimes]));
  return {
    fresh: found.filter(({ key }) => !known.has(key)),
    gone: judgements.flatMap(({ causes }) => causes).filter((key) => !keys.has(key)),
  };
}
