import { apiCall, isInRequestHandler } from '../origin/api-call.ts';
import type { Finding, Report } from '../finding.ts';
import { onePerCall } from '../causes/one-per-call.ts';
import { packageOf } from '../origin/frame.ts';
import { ruleFor } from './rule-match.ts';
import { withLessons } from '../lessons/lessons.ts';
import type { Leftover } from '../probes/probe.ts';
import { isExpired, type IgnoreRule } from '../rules/rule.ts';
import { siteOf } from '../origin/capture.ts';

/** The rules of a check: those that ship with the detector, and those of the user. */
export interface RuleSet {
  readonly builtIn: readonly IgnoreRule[];
  readonly own: readonly IgnoreRule[];
}

type OwnerOf = (leftover: Leftover) => string;

/** Groups leftovers into findings, and separates those that a rule tolerates. */
export function reportOf(
  roots: readonly Leftover[],
  { builtIn, own }: RuleSet,
  ownerOf: OwnerOf,
  about: Pick<Report, 'notJudged' | 'failedProbes'>,
): Report {
  const leaks: Leftover[] = [];
  const ignored = new Map<string, Leftover[]>();
  const used = new Set<IgnoreRule>();
  for (const root of roots) {
    const rule = ruleFor(root, [...own, ...builtIn]);
    if (rule) used.add(rule);
    if (rule) ignored.set(rule.reason, [...(ignored.get(rule.reason) ?? []), root]);
    else leaks.push(root);
  }
  return {
    version: 1,
    leaks: withLessons(grouped(onePerCall(leaks), ownerOf)),
    ignored: [...ignored].flatMap(([reason, tolerated]) =>
      grouped(onePerCall(tolerated), ownerOf).map((each) => ({ ...each, reason })),
    ),
    expiredRules: own.filter((rule) => isExpired(rule)),
    unusedRules: own.filter((rule) => !used.has(rule) && !isExpired(rule)),
    ...about,
  };
}

/** Groups leftovers of the same kind, type, line, evidence and owner into one finding. */
function grouped(leftovers: readonly Leftover[], ownerOf: OwnerOf): Finding[] {
  const groups = Map.groupBy(leftovers, (each) => {
    const { site } = each.capture;
    return [each.kind, each.type, each.evidence, ownerOf(each), site?.file, site?.line, site?.function].join(
      '\n',
    );
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [findingOf(first, countOf(group), ownerOf(first))] : [];
  });
}

function countOf(group: readonly Leftover[]): number {
  return group.reduce((sum, { count = 1 }) => sum + count, 0);
}

function findingOf(leftover: Leftover, count: number, owner: string): Finding {
  const { kind, type, evidence, capture, related = [], chain, path, also } = leftover;
  const api = apiCall(capture.story, capture.site);
  const facts = {
    ...leftover.facts?.(),
    ...(isInRequestHandler(capture.story) && { inRequestHandler: true }),
  };
  const maker = capture.caller?.author === 'package' ? packageOf(capture.caller.file) : undefined;
  return {
    kind,
    type,
    count,
    ...(capture.site && { site: siteOf(capture.site) }),
    ...(maker !== undefined && { package: maker }),
    related: related.flatMap(({ site }) => (site ? [siteOf(site)] : [])),
    ...(chain && { chain: chain.map(siteOf) }),
    ...(path && { path }),
    stack: capture.story.map((frame) => frame.text),
    owner,
    evidence,
    ...(Object.keys(facts).length > 0 && { facts }),
    ...(api && { api }),
    ...(also && { also }),
  };
}
