import { join } from 'node:path';
import { readJson } from '../shared/json-file.ts';
import { hasParts } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** A real bug that programs cite. */
export interface Source {
  /** `owner/repo#12` or `owner/repo@1a2b3c4`. */
  readonly ref: string;
  readonly title: string;
  readonly url: string;
}

/**
 * Reads the list of real bugs that programs may cite: docs/sources.json.
 *
 * @param root the folder of the catalogue
 * @throws UsageError if it cannot be read, or an entry lacks a part
 */
export function readSources(root: string): Map<string, Source> {
  const file = join(root, 'docs', 'sources.json');
  const next = 'it holds a list of { "ref", "title", "url" }';
  const entries = readJson(file, next);
  if (!Array.isArray(entries)) throw new UsageError(`${file}: no list`, next);
  const sources = new Map<string, Source>();
  for (const entry of entries as unknown[]) {
    if (!isSource(entry)) throw new UsageError(`${file}: ${JSON.stringify(entry)} is no source`, next);
    if (sources.has(entry.ref))
      throw new UsageError(`${file}: ${entry.ref} is listed twice`, 'remove one of them');
    sources.set(entry.ref, entry);
  }
  return sources;
}

function isSource(value: unknown): value is Source {
  return hasParts(value, ['ref', 'title', 'url']);
}
