import { weightOf } from '../kinds.ts';
import type { Leftover } from '../probes/probe.ts';

/**
 * Folds all that a package keeps for one call of the program into one leftover, the kind with the highest weight.
 *
 * The user has one thing to close: a socket with its keep-alive timer, or a watcher with one handle a folder.
 *
 * The stacks show the number of calls: a resource that every call leaks is there once for each call, so the rarest
 * stack counts.
 */
export function onePerCall(leftovers: readonly Leftover[]): Leftover[] {
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

/** Returns a key for the program's call that made a package open the leftover. */
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
    // frames above the program's line differ: an async function goes on after its first await without its callers
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
