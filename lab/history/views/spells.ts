import type { CauseHistory } from '../cause-history.ts';
import { isoWeekOf } from '../iso-week.ts';
import { startOf, weekAt } from './weeks.ts';

/** A stretch of weeks in which a cause leaked. */
export interface Spell {
  /** The week in which it was new, or came back. */
  readonly from: string;
  /** The week in which it was fixed; absent while it leaks. */
  readonly fixed?: string;
}

const sevenDays = 7 * 86_400_000;

/**
 * Returns the spells of a cause in order: one more than it was reopened.
 *
 * The history counts how often a cause came back, and dates the last fix alone. An earlier fix is therefore dated by
 * the weeks without a sighting, the longest first, in the week after the last sighting before it.
 */
export function spellsOf({ weeks, first, fixed, reopened }: CauseHistory): readonly Spell[] {
  if (reopened === 0) {
    const end = fixed && later(weeks.at(-1)?.week ?? '', isoWeekOf(fixed.time));
    return [{ from: isoWeekOf(first.time), ...(end !== undefined && { fixed: end }) }];
  }
  const seen = weeks.map(({ week }) => week);
  const starts = seen.map(startOf);
  const gaps = seen
    .map((back, at) => ({ at, back, length: (starts[at] ?? 0) - (starts[at - 1] ?? 0) }))
    .slice(1)
    .toSorted((a, b) => b.length - a.length || b.at - a.at)
    .slice(0, reopened)
    .toSorted((a, b) => a.at - b.at);
  const returns = gaps.map(({ at, back }) => ({ fixed: weekAt((starts[at - 1] ?? 0) + sevenDays), back }));
  const last = seen.at(-1) ?? isoWeekOf(first.time);
  // what came back within one week has no week without a sighting
  while (returns.length < reopened) returns.push({ fixed: last, back: last });
  const froms = [isoWeekOf(first.time), ...returns.map(({ back }) => back)];
  const ends = [...returns.map((each) => each.fixed), fixed && later(last, isoWeekOf(fixed.time))];
  return froms.map((from, at): Spell => {
    const end = ends[at];
    return { from, ...(end !== undefined && { fixed: end }) };
  });
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
