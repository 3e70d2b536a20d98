import type { Finding } from '../finding.ts';
import { clueLine, factLine } from './fact-line.ts';
import { byCertainty } from './meaning.ts';

/** Findings of one cause: the same kind, type, line and evidence, of any owner. */
export interface SameCause {
  /** The first finding, with the count of all. */
  readonly finding: Finding;
  readonly owners: readonly string[];
  /** The facts in words, each once. */
  readonly details: readonly string[];
}

/** Returns the causes of the leaks: the most certain first, then those with the most leaks. */
export function causesOf(leaks: readonly Finding[]): readonly SameCause[] {
  const groups = Map.groupBy(leaks, ({ kind, type, evidence, site }) =>
    JSON.stringify([kind, type, evidence, site?.file, site?.line, site?.function]),
  );
  const causes = [...groups.values()].flatMap((group): SameCause[] => {
    const [first] = group;
    if (!first) return [];
    return [
      {
        finding: { ...first, count: group.reduce((sum, { count }) => sum + count, 0) },
        owners: [...new Set(group.map(({ owner }) => owner))],
        details: [...new Set(group.flatMap((each) => [factLine(each) ?? [], clueLine(each) ?? []].flat()))],
      },
    ];
  });
  const rank = ({ finding }: SameCause): number => byCertainty.indexOf(finding.evidence);
  return causes.toSorted((a, b) => rank(a) - rank(b) || b.finding.count - a.finding.count);
}

/** Returns the identity of a leaking line, whatever the evidence; undefined for a leak without a line. */
export function lineKeyOf({ kind, type, site, package: name }: Finding): string | undefined {
  return site && JSON.stringify([kind, type, site.file, site.line, site.function, name]);
}
