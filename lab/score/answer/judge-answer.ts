import type { Markers } from '../../catalogue/markers.ts';
import type { Role } from '../../contract.ts';
import { leaks } from '../../run/judge.ts';
import { kindsOf } from './kinds-of-type.ts';
import type { Placed, Recorded } from './recorded.ts';

/**
 * How a detector has come out on one program.
 *
 * - `exact`, `near`: it reported a leak, at a line that is marked, or at one that a fair report may name instead
 * - `caught`: it reported a leak, elsewhere or without a line
 * - `missed`: it reported nothing of a program that leaks
 * - `silent`, `false alarm`: of a program that leaves nothing
 * - `no answer`: a crash or a time-out; a miss, or no silence
 */
export type Outcome = 'exact' | 'near' | 'caught' | 'missed' | 'silent' | 'false alarm' | 'no answer';

/** An outcome, and whether the kind was told right: all that a score counts. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Whether one of the findings has, or can mean, the kind of one of the leaks. */
  readonly isKindRight: boolean;
}

export interface Judged extends Verdict {
  /** What is left of its findings when those of the program that does nothing are taken away. */
  readonly findings: readonly Placed[];
}

/**
 * Compares what was recorded of a program with what its markers say. One rule for all detectors, and where it could be
 * read in two ways it is read in the detector's favour: one finding is enough, whatever it is called and wherever it
 * points, also where the program leaves several things.
 *
 * @param control what the same detector said of the program that does nothing, in the same way and on the same runtime
 */
export function judgeAnswer(
  program: { readonly role: Role; readonly markers: Markers },
  recorded: Pick<Recorded, 'end' | 'findings'>,
  control: Pick<Recorded, 'end' | 'findings'> | undefined,
): Judged {
  if (recorded.end === 'crashed' || recorded.end === 'timed out')
    return { outcome: 'no answer', isKindRight: false, findings: [] };
  // what it says of a program beside this one is not said of this one
  const own = recorded.findings.filter(({ at }) => at !== 'neighbour');
  const findings = subtract(own, control?.findings ?? []);
  if (!leaks(program.role))
    return { outcome: findings.length === 0 ? 'silent' : 'false alarm', isKindRight: false, findings };
  if (findings.length === 0) return { outcome: 'missed', isKindRight: false, findings };
  const { leaks: marked, also } = program.markers;
  const lines = findings.flatMap(({ line }) => line ?? []);
  const isExact = lines.some((line) => marked.some((marker) => marker.line === line));
  const isNear = lines.some((line) => also.includes(line));
  return {
    outcome: isExact ? 'exact' : isNear ? 'near' : 'caught',
    isKindRight: findings.some((finding) =>
      kindsOf(finding).some((kind) => marked.some((marker) => marker.kind === kind)),
    ),
    findings,
  };
}

/** Takes the findings of the program that does nothing away: as many of each, and never one that has a line of the program. */
export function subtract(findings: readonly Placed[], control: readonly Placed[]): readonly Placed[] {
  const left = new Map<string, number>();
  for (const finding of control) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + finding.count);
  return findings.flatMap((finding) => {
    if (finding.line !== undefined) return [finding];
    const key = keyOf(finding);
    const taken = Math.min(finding.count, left.get(key) ?? 0);
    left.set(key, (left.get(key) ?? 0) - taken);
    return taken === finding.count ? [] : [{ ...finding, count: finding.count - taken }];
  });
}

function keyOf({ kind, type, at }: Placed): string {
  return JSON.stringify([kind, type, at]);
}

/** Whether it is a catch, whatever the line. */
export function isCaught(outcome: Outcome): boolean {
  return outcome === 'exact' || outcome === 'near' || outcome === 'caught';
}
