import type { Finding, Report } from './finding.ts';
import { ruleFor, type IgnoreRule } from './ignore.ts';
import type { Leftover } from './probe.ts';
import { siteOf } from './stack.ts';

type OwnerOf = (leftover: Leftover) => string;

/** What is left, grouped into findings, with what is tolerated apart. */
export function reportOf(
  roots: readonly Leftover[],
  rules: readonly IgnoreRule[],
  ownerOf: OwnerOf,
  about: Pick<Report, 'notJudged' | 'failedProbes'>,
): Report {
  const leaks: Leftover[] = [];
  const ignored = new Map<string, Leftover[]>();
  for (const root of roots) {
    const rule = ruleFor(root, rules);
    if (rule) ignored.set(rule.reason, [...(ignored.get(rule.reason) ?? []), root]);
    else leaks.push(root);
  }
  return {
    version: 1,
    leaks: grouped(leaks, ownerOf),
    ignored: [...ignored].flatMap(([reason, tolerated]) =>
      grouped(tolerated, ownerOf).map((each) => ({ ...each, reason })),
    ),
    ...about,
  };
}

/** The same kind and type, from the same line, known in the same way, is one finding. */
function grouped(leftovers: readonly Leftover[], ownerOf: OwnerOf): Finding[] {
  const groups = Map.groupBy(leftovers, (each) => {
    const { site } = each.capture;
    return [each.kind, each.type, each.evidence, ownerOf(each), site?.file, site?.line, site?.function].join(
      '\n',
    );
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [findingOf(first, group.length, ownerOf(first))] : [];
  });
}

function findingOf(leftover: Leftover, count: number, owner: string): Finding {
  const { kind, type, evidence, capture, related = [], chain, detail } = leftover;
  return {
    kind,
    type,
    count,
    ...(capture.site && { site: siteOf(capture.site) }),
    related: related.flatMap(({ site }) => (site ? [siteOf(site)] : [])),
    ...(chain && { chain: chain.map(siteOf) }),
    stack: capture.frames.map((frame) => frame.text),
    owner,
    evidence,
    ...(detail !== undefined && { detail }),
  };
}
