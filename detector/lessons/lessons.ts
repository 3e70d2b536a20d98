import type { Finding } from '../finding.ts';
import { Sources } from '../origin/source.ts';
import type { Lesson, Shape } from './lesson.ts';
import { shows } from './source-cues.ts';
import { lessons } from './table.ts';

/** Functions that leak alike, each by the name that stands for both. */
const alike: Readonly<Record<string, string>> = {
  'node:http get': 'node:http request',
  'node:https get': 'node:http request',
  'node:https request': 'node:http request',
};

/** Returns the shape of a finding; none if a package called Node, because each package has another way to close. */
export function shapeOf(finding: Finding): Shape | undefined {
  const { kind, type, evidence, site, api, facts: { closing, event, answered } = {} } = finding;
  if (!site || (api && !api.module.startsWith('node:'))) return undefined;
  return {
    kind,
    type,
    // the code around the mistake decides whether the promise can still be reached
    evidence: evidence === 'unreachable' ? 'pending' : evidence,
    ...(api && { api: nameOf(`${api.module} ${api.function}`) }),
    ...(closing !== undefined && { closing }),
    ...(event !== undefined && { event }),
    ...(answered !== undefined && { answered }),
  };
}

function nameOf(api: string): string {
  return alike[api] ?? api;
}

/**
 * Returns the lesson that fits a finding; of several, the one with the most cues.
 *
 * Returns none if several have the most cues: no lesson is better than a wrong one.
 *
 * @param linesOf returns the lines of a source, none if it can't be read
 * @param table default the table that the lab writes
 */
export function lessonFor(
  finding: Finding,
  linesOf: (file: string) => readonly string[],
  table: readonly Lesson[] = lessons,
): Lesson | undefined {
  const shape = shapeOf(finding);
  if (!shape) return undefined;
  const fitting = table.filter(
    ({ shapes, cues }) =>
      shapes.some((each) => isSame(each, shape)) && cues.every((cue) => shows(cue, finding, linesOf)),
  );
  const most = Math.max(...fitting.map(({ cues }) => cues.length));
  const best = fitting.filter(({ cues }) => cues.length === most);
  return best.length === 1 ? best[0] : undefined;
}

/** Reports whether two shapes are equal. */
export function isSame(a: Shape, b: Shape): boolean {
  return (
    a.kind === b.kind &&
    a.type === b.type &&
    a.evidence === b.evidence &&
    a.api === b.api &&
    a.closing === b.closing &&
    a.event === b.event &&
    a.answered === b.answered
  );
}

/** Adds to each finding its lesson, if one fits. */
export function withLessons(findings: readonly Finding[]): Finding[] {
  const sources = new Sources();
  return findings.map((finding) => {
    const found = lessonFor(finding, (file) => sources.linesOf(file));
    return found ? { ...finding, lesson: found.lesson, advice: found.advice } : finding;
  });
}
