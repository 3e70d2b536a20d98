import { kinds, type Kind } from '../contract.ts';
import { UsageError } from '../shared/usage-error.ts';

/** What a program says of itself: on this line so many of this kind are left after one run. */
export interface Marker {
  readonly kind: Kind;
  /** From 1. */
  readonly line: number;
  readonly count: number;
}

export interface Markers {
  readonly leaks: readonly Marker[];
  /** Lines that a fair report may name instead. */
  readonly also: readonly number[];
}

const comment = /\/\/ (LEAK|ALSO)\b(.*)$/;
const label = /^: (?<kind>[a-z-]+)(?: x(?<count>[1-9]\d*))?$/;

/**
 * Reads the markers of a source.
 *
 * @param file only named in errors
 * @throws UsageError for a marker without a kind, with an unknown one, or with anything behind it
 */
export function parseMarkers(source: string, file: string): Markers {
  const leaks: Marker[] = [];
  const also: number[] = [];
  for (const [index, text] of source.split(/\r?\n/).entries()) {
    const [, word, rest = ''] = comment.exec(text) ?? [];
    if (word === undefined) continue;
    const line = index + 1;
    if (word === 'ALSO') {
      also.push(line);
      continue;
    }
    const found = label.exec(rest.trimEnd())?.groups;
    const kind = kinds.find((each) => each === found?.['kind']);
    if (!found || !kind) {
      throw new UsageError(
        `${file}:${line}: marker without a known kind: \`// LEAK${rest}\``,
        `write \`// LEAK: <kind>\` or \`// LEAK: <kind> x3\`, with one of ${kinds.join(', ')}`,
      );
    }
    leaks.push({ kind, line, count: Number(found['count'] ?? 1) });
  }
  return { leaks, also };
}
