import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasParts } from '../../lab/shared/record.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import type { Cause } from './cause.ts';

/** Whose a cause is, after reading the code that it names. */
export const verdicts = ['leak of the package', 'leak of the suite', 'by design', 'false alarm'] as const;
export type Verdict = (typeof verdicts)[number];

/** What somebody who has read the code says of some causes. */
export interface Judgement {
  readonly suite: string;
  /** In half a line, for the page. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What is in that code. */
  readonly reason: string;
  /** Keys, see {@link Cause.key}. */
  readonly causes: readonly string[];
  /** Keys of those that only some runs show. */
  readonly sometimes?: readonly string[];
}

const file = join(import.meta.dirname, 'judgements.json');

/**
 * Those of `judgements.json`.
 *
 * @throws UsageError if it can't be used
 */
export function readJudgements(): readonly Judgement[] {
  const { judgements }: { judgements: unknown } = JSON.parse(readFileSync(file, 'utf8'));
  if (Array.isArray(judgements) && judgements.every(isJudgement)) return judgements;
  throw new UsageError(`${file}: a judgement lacks a part`, `give each ${parts.join(', ')} and causes`);
}

const parts = ['suite', 'what', 'verdict', 'reason'] as const;

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

/** What was found against what was judged. */
export interface Comparison {
  /** Nobody has judged them yet. */
  readonly fresh: readonly Cause[];
  /** Judged, and not found. */
  readonly gone: readonly string[];
}

/**
 * @param found what any run of a suite has shown
 * @param judgements those of the suite
 */
export function compared(found: readonly Cause[], judgements: readonly Judgement[]): Comparison {
  const keys = new Set(found.map(({ key }) => key));
  const known = new Set(judgements.flatMap(({ causes, sometimes = [] }) => [...causes, ...sometimes]));
  return {
    fresh: found.filter(({ key }) => !known.has(key)),
    gone: judgements.flatMap(({ causes }) => causes).filter((key) => !keys.has(key)),
  };
}
