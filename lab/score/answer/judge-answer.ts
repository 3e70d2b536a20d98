import type { Markers } from '../../catalogue/markers.ts';
import type { Role } from '../../contract.ts';
import { leaks } from '../../run/judge.ts';
import { kindsOf } from './kinds-of-type.ts';
import type { Placed, Recorded } from './recorded.ts';

/**
 * Result of a detector on one program. - `exact`, `near`: it reported a leak, at a marked line, or at a line that a
 * fair report may name instead
 * - `caught`: it reported a leak, elsewhere or without a line
 * - `missed`: it reported nothing although the program leaks
 * - `silent`, `false alarm`: on a program that doesn't leak
 * - `no answer`: a crash or a time-out, which counts as a miss or as an alarm
 */
export type Outcome = 'exact' | 'near' | 'caught' | 'missed' | 'silent' | 'false alarm' | 'no answer';

/** Outcome, and whether the kind is right: the only input of a score. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Set if one of the findings has, or can mean, the kind of one of the leaks. */
  readonly isKindRight: boolean;
}

export interface Judged extends Verdict {
  /** Its findings less those on the program that does nothing. */
  readonly findings: readonly Placed[];
}

/**
 * Compares a recorded run with the program's markers. All detectors have the same rule. Where it could be read in
 * two ways, it favours the detector: one finding is enough, whatever its name and place, even if the program leaks
 * several resources.
 *
 * @param control run of the same detector with the program that does nothing, in the same way and on the same
 * runtime
 */
export function judgeAnswer(
  program: { readonly role: Role; readonly markers: Markers },
  recorded: Pick<Recorded, 'end' | 'findings'>,
  control: Pick<Recorded, 'end' | 'findings'> | undefined,
): Judged {
  if (recorded.end === 'crashed' || recorded.end === 'timed out')
    return { outcome: 'no answer', isKindRight: false, findings: [] };
  // a finding on a program beside this one is none on this one
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

/**
 * Subtracts the findings on the program that does nothing, one for one, but never a finding with a line of the
 * program.
 */
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

/** Reports whether an outcome is a catch, whatever the line. */
export function isCaught(outcome: Outcome): boolean {
  return outcome === 'exact' || outcome === 'near' || outcome === 'caught';
}
