import { weightOf } from '../kinds.ts';
import type { Leftover } from '../probes/probe.ts';

/**
 * What a package keeps for one call of the program is one thing to close: a socket with its keep-alive timer,
 * a watcher for each folder. It is told once, as the kind that holds the most, with the others beside it.
 *
 * How often the line was called shows in the stacks: what every call leaves is there as often as there were
 * calls, so the rarest of the stacks counts.
 */
export function folded(leftovers: readonly Leftover[]): Leftover[] {
  const groups = Map.groupBy(leftovers, (leftover) => keyOf(leftover) ?? leftover);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length === 1) return group;
    const calls = callsOf(group);
    const sorted = group.toSorted((a, b) => weightOf(b.kind) - weightOf(a.kind));
    const told = sorted.slice(0, calls);
    const also = countedByType(sorted.slice(calls));
    return also.length === 0 ? told : told.map((each) => ({ ...each, also }));
  });
}

/** The call of the program that a package answered with it. */
function keyOf({ kind, evidence, capture, holder, owner }: Leftover): string | undefined {
  if (evidence !== 'alive' || weightOf(kind) === 0) return undefined;
  const { site } = capture;
  if (site?.author !== 'user') return undefined;
  if (!holder && capture.caller?.author !== 'package') return undefined;
  return [site.file, site.line, site.functionId, owner?.name].join('\n');
}

function callsOf(group: readonly Leftover[]): number {
  const holders = new Set(group.flatMap(({ holder }) => (holder ? [holder] : [])));
  if (holders.size > 0) return holders.size;
  const stacks = Map.groupBy(group, ({ type, capture: { story } }) => {
    // who called the program is another matter: it goes on after its first await without its callers
    const own = story.slice(
      0,
      story.findIndex((frame) => frame.author === 'user'),
    );
    return [type, ...own.map((frame) => frame.text)].join('\n');
  });
  return Math.min(...[...stacks.values()].map((same) => same.length));
}

function countedByType(others: readonly Leftover[]): NonNullable<Leftover['also']> {
  const types = Map.groupBy(others, ({ type }) => type);
  return [...types].map(([type, same]) => ({ type, count: same.length }));
}
