import type { Report } from '../finding.ts';
import { counted } from './title.ts';
import { plain, wrap } from './wrap.ts';

/** Returns the lines below the leaks: what is tolerated, rules to remove, what was not judged, probes that failed. */
export function remarks(
  { ignored, expiredRules, unusedRules, notJudged, failedProbes }: Omit<Report, 'leaks' | 'version'>,
  width: number,
): string[][] {
  return [
    tolerated(ignored),
    [
      ...expiredRules.map((rule) => `rule expired on ${plain(rule.expires ?? '')}: ${plain(rule.reason)}`),
      ...unusedRules.map((rule) => `unused rule: ${plain(rule.reason)}`),
      ...notJudged.map(
        ({ type, count, why }) =>
          `not judged: ${count === undefined ? '' : `${count} × `}${plain(type)}: ${plain(why)}`,
      ),
    ],
    [...Map.groupBy(failedProbes, ({ error }) => error)].map(([error, group]) => {
      const probes = group.map(({ probe }) => probe).join(', ');
      return `the ${group.length === 1 ? 'probe' : 'probes'} for ${probes} failed and saw nothing: ${error}`;
    }),
  ].map((texts) => texts.flatMap((text) => wrap(text, width)));
}

/** Returns a line for each reason, with the number of each kind that it tolerates. */
function tolerated(ignored: Report['ignored']): string[] {
  return [...Map.groupBy(ignored, ({ reason }) => reason)].map(([reason, group]) => {
    const counts = [...Map.groupBy(group, ({ kind }) => kind)].map(([kind, each]) =>
      counted(
        kind,
        each.reduce((sum, { count }) => sum + count, 0),
      ),
    );
    return `tolerated: ${counts.join(', ')}: ${plain(reason)}`;
  });
}
