import { join } from 'node:path';
import type { Finding } from '../../../detector/index.ts';
import { certainty, factLine, meaningOf, plain, titleOf } from '../../../detector/internal.ts';
import type { CauseHistory } from '../cause-history.ts';
import { fitted } from './sheet.ts';

/** The words of a report about a cause. */
export interface Described {
  /** The kind and type, such as `timer (Timeout)`. */
  readonly title: string;
  /** The evidence in words. */
  readonly known: string;
  readonly why: string;
  readonly fix?: string;
  readonly facts?: string;
}

/** Returns a cause in the words of the detector's report. */
export function describe(cause: CauseHistory): Described {
  const finding = findingOf(cause);
  const { why, fix } = meaningOf(finding);
  const facts = factLine(finding);
  return {
    title: plain(titleOf(finding).replace(/^1 /, '')),
    known: certainty[cause.evidence],
    why,
    ...(fix !== undefined && { fix }),
    ...(facts !== undefined && { facts: plain(facts) }),
  };
}

/** Returns `src/poll.ts:12`; the type of the resource where no line is known. */
export function lineOf({ place, type }: CauseHistory): string {
  return plain(place ? `${place.path}:${place.line}` : type);
}

/** Returns the kind and the line of a cause in at most that many characters; a long path loses its start. */
export function causeName(cause: CauseHistory, width: number): string {
  return `${cause.kind} ${fitted(lineOf(cause), width - cause.kind.length - 1)}`;
}

/** Returns the finding of one leak of a cause. */
function findingOf(cause: CauseHistory): Finding {
  const { kind, type, evidence, facts, place, function: name = '<anonymous>' } = cause;
  const file = place && join(process.cwd(), place.path);
  return {
    kind,
    type,
    count: 1,
    ...(place && file !== undefined && { site: { ...place, file, function: name } }),
    ...(cause.package !== undefined && { package: cause.package }),
    related: [],
    stack: [],
    owner: '',
    evidence,
    ...(facts && { facts }),
  };
}
