import type { Finding } from '../finding.ts';
import { Sources } from '../origin/source.ts';
import type { Lesson, Shape } from './lesson.ts';
import { shows } from './source-cues.ts';
import { lessons } from './table.ts';

/** Functions that differ in how they are called, and not in what they leave. */
const alike: Readonly<Record<string, string>> = {
  'node:http get': 'node:http request',
  'node:https get': 'node:http request',
  'node:https request': 'node:http request',
};

/** The shape of a finding; none where a package stands between the user and Node, whose way to close things is its own. */
export function shapeOf(finding: Finding): Shape | undefined {
  const { kind, type, evidence, site, api, facts: { closing, event, answered } = {} } = finding;
  if (!site || (api && !api.module.startsWith('node:'))) return undefined;
  return {
    kind,
    type,
    // whether anything still holds what is waited for, the program around the mistake decides
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
 * The lesson whose shape a finding has; of several the one with the most cues. None where that leaves
 * more than one: no lesson is better than a wrong one.
 *
 * @param linesOf gives the lines of a source, none if it can't be read
 * @param table default the one that the lab has written
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

/** Whether two shapes are one. */
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

/** The findings, each with its lesson if it has one. */
export function withLessons(findings: readonly Finding[]): Finding[] {
  const sources = new Sources();
  return findings.map((finding) => {
    const found = lessonFor(finding, (file) => sources.linesOf(file));
    return found ? { ...finding, lesson: found.lesson, advice: found.advice } : finding;
  });
}
