import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readJson } from '../shared/json-file.ts';
import { hasParts } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Judgement, Verdict } from './judge.ts';

/** A known miss of the detector: an entry of docs/misses.json. */
export interface Miss {
  /** The path of the program, relative to the catalogue. */
  readonly path: string;
  readonly verdict: Verdict;
  /** The cause, in a sentence. */
  readonly why: string;
}

/**
 * Reads the known misses. A label stays when the detector misses it; the list shows new misses, and those that are
 * fixed.
 *
 * @returns an empty list if there is no file
 * @throws UsageError if the file can't be read
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

/** Returns the judgements that are neither as marked nor a known miss, and the known misses that are gone. */
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
