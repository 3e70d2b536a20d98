import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../detector/index.ts';
import type { Marker } from '../catalogue/markers.ts';
import type { Program } from '../catalogue/catalogue.ts';
import type { Role } from '../contract.ts';
import type { Answer } from '../watched/messages.ts';

/**
 * The verdict on a program, the worst first.
 *
 * - `failed`: it threw, hung, exited or was lost, or its outcome is not the pair's
 * - `missed`: a marked leak was not reported at all
 * - `wrong kind`, `wrong line`, `wrong count`: reported, but not as marked
 * - `unexpected`: all as marked, and another finding besides
 * - `false alarm`: a finding for a program that leaks nothing
 * - `ok`
 */
export type Verdict =
  'failed' | 'missed' | 'wrong kind' | 'wrong line' | 'wrong count' | 'unexpected' | 'false alarm' | 'ok';

/** The part of a finding or a marker that is compared. */
export interface Place {
  readonly kind: string;
  /** The line; 0 for a finding without a line of the program's file. */
  readonly line: number;
  readonly count: number;
}

export interface Judgement {
  readonly program: Program;
  readonly verdict: Verdict;
  readonly expected: readonly Place[];
  readonly found: readonly Place[];
  readonly isCaught: boolean;
  readonly isKindRight: boolean;
  readonly isLineRight: boolean;
  /** Findings that no marker explains. */
  readonly unexpected: readonly Finding[];
  /** The reason for a failure. */
  readonly problem?: string;
  readonly answer: Answer;
  readonly ms: number;
}

export function leaks(role: Role): boolean {
  return role === 'pattern' || role === 'wrong-fix';
}

/** Compares the report of the detector with the markers. */
export function judge(program: Program, answer: Answer, ms: number): Judgement {
  const { markers, file } = program;
  const findings = answer.report.leaks;
  const isAt = (finding: Finding, marker: Marker): boolean =>
    finding.site?.file === file && finding.site.line === marker.line;
  const isNear = (finding: Finding): boolean =>
    finding.site?.file === file && markers.also.includes(finding.site.line);
  const exactOf = (marker: Marker): Finding | undefined =>
    findings.find((finding) => finding.kind === marker.kind && isAt(finding, marker));
  const taken = new Set(markers.leaks.map(exactOf));
  const matched = markers.leaks.map((marker) => {
    const exact = exactOf(marker);
    const ofKind = findings.filter((finding) => finding.kind === marker.kind && !taken.has(finding));
    return { marker, exact, near: exact ?? ofKind.find(isNear), ofKind: exact ?? ofKind[0] };
  });
  const explained = new Set(matched.map(({ near }) => near));
  const unexpected = findings.filter((finding) => !explained.has(finding));
  const problem = problemOf(answer);
  // an unmatched leak may still be reported with another kind or line; a program that failed is a miss
  const unmatched = matched.filter(({ near }) => !near);
  const isCaught = problem === undefined && findings.length > 0 && unmatched.length <= unexpected.length;
  const isKindRight = matched.every(({ ofKind }) => ofKind);
  const isLineRight = matched.every(({ exact }) => exact);
  const verdict = ((): Verdict => {
    if (problem !== undefined) return 'failed';
    if (!leaks(program.role)) return findings.length === 0 ? 'ok' : 'false alarm';
    if (!isCaught) return 'missed';
    if (!isKindRight) return 'wrong kind';
    if (!isLineRight) return 'wrong line';
    if (matched.some(({ marker, exact }) => exact?.count !== marker.count)) return 'wrong count';
    return unexpected.length > 0 ? 'unexpected' : 'ok';
  })();
  return {
    program,
    verdict,
    expected: markers.leaks,
    found: findings.map(({ kind, site, count }) => ({
      kind,
      line: site?.file === file ? site.line : 0,
      count,
    })),
    isCaught,
    isKindRight: isCaught && isKindRight,
    isLineRight: isCaught && isKindRight && isLineRight,
    unexpected,
    ...(problem !== undefined && { problem }),
    answer,
    ms,
  };
}

function problemOf({ ending, report }: Answer): string | undefined {
  if (report.failedProbes.length > 0) {
    return report.failedProbes
      .map(({ probe, error }) => `the probe for ${probe} failed: ${error}`)
      .join('; ');
  }
  switch (ending.how) {
    case 'returned':
      return undefined;
    case 'finished':
      return 'it has no `run` to call';
    case 'threw':
      return `it threw ${ending.error}`;
    case 'exited':
      return `it called process.exit(${ending.code})`;
    case 'hung':
      return ending.where === 'run' ? '`run` never returned' : 'its top level never finished';
    case 'lost':
      return `it ${ending.reason}`;
  }
}

/** Fails each fix whose outcome differs from its pattern: it has lost the feature with the leak. */
export function compareOutcomes(judgements: readonly Judgement[]): Judgement[] {
  const outcomes = new Map<string, unknown>();
  for (const { program, answer } of judgements) {
    if (program.role === 'pattern' && answer.ending.how === 'returned')
      outcomes.set(program.id, answer.ending.outcome);
  }
  return judgements.map((judgement) => {
    const { program, answer, problem } = judgement;
    const isMend = program.role === 'fix' || program.role === 'wrong-fix';
    if (!isMend || problem !== undefined || answer.ending.how !== 'returned' || !outcomes.has(program.id))
      return judgement;
    const expected = outcomes.get(program.id);
    if (isDeepStrictEqual(answer.ending.outcome, expected)) return judgement;
    const texts = `its outcome is ${JSON.stringify(answer.ending.outcome)}, the pattern's ${JSON.stringify(expected)}`;
    return { ...judgement, verdict: 'failed', problem: texts };
  });
}
