import { kinds, type Kind } from '../contract.ts';
import { UsageError } from '../shared/usage-error.ts';

/** A leak that a program declares: after one run, this line has leaked so many of this kind. */
export interface Marker {
  readonly kind: Kind;
  /** From 1. */
  readonly line: number;
  readonly count: number;
}

export interface Markers {
  readonly leaks: readonly Marker[];
  /** Other lines that a fair report may name. */
  readonly also: readonly number[];
}

const comment = /\/\/ (LEAK|ALSO)\b(.*)$/;
const label = /^: (?<kind>[a-z-]+)(?: x(?<count>[1-9]\d*))?$/;

/**
 * Reads the markers of a source.
 *
 * @param file only named in errors
 * @throws UsageError for a marker without a kind, with an unknown one, or with text after it
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
