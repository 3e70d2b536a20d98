import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readJson } from '../shared/json-file.ts';
import { hasParts } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Judgement, Verdict } from './judge.ts';

/** A program that the detector is known to get wrong: one of docs/misses.json. */
export interface Miss {
  /** Of the program, relative to the catalogue's root. */
  readonly path: string;
  readonly verdict: Verdict;
  /** The cause, in a sentence. */
  readonly why: string;
}

/**
 * The misses that are known. A label stays when the detector misses it; the list keeps the miss from being lost among
 * the others, and from being mended unseen.
 *
 * @returns an empty list if there is no file
 * @throws UsageError if it can't be read
 */
export function readMisses(root: string): readonly Miss[] {
  const file = join(root, 'docs', 'misses.json');
  if (!existsSync(file)) return [];
  const next = 'it holds a list of { "path", "verdict", "why" }';
  const entries = readJson(file, next);
  if (!Array.isArray(entries)) throw new UsageError(`${file}: no list`, next);
  for (const entry of entries as unknown[])
    if (!isMiss(entry)) throw new UsageError(`${file}: ${JSON.stringify(entry)} is no miss`, next);
  return entries as Miss[];
}

/** The judgements that differ from what is expected: neither as marked, nor the known miss; or a miss that is none any more. */
export function surprises(
  judgements: readonly Judgement[],
  misses: readonly Miss[],
  root: string,
): readonly Judgement[] {
  return judgements.filter(
    (judgement) => judgement.verdict !== (knownOf(judgement, misses, root)?.verdict ?? 'ok'),
  );
}

export function knownOf({ program }: Judgement, misses: readonly Miss[], root: string): Miss | undefined {
  return misses.find(({ path }) => path === relative(root, program.file));
}

function isMiss(value: unknown): value is Miss {
  return hasParts(value, ['path', 'verdict', 'why']);
}
