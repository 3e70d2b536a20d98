import { awaitCauses, withoutCallers, type Check } from './await-causes.ts';
import { mayDepend, type Owner } from '../origin/owner.ts';
import type { Leftover, ListeningTo } from '../probes/probe.ts';
import { lineOf, type Capture } from '../origin/capture.ts';
import type { Gathered } from '../probes/probe-set.ts';

/**
 * Returns the leftovers that are causes, without those that are only there because of another leftover.
 *
 * A function that waits for a stalled request is no leak besides the request, and neither is its caller. The socket of
 * a request, the pipes of a child process and Node's timers for them are parts.
 *
 * @param checks the checks under way
 */
export function causesOf(
  gathered: Gathered,
  listeningTo: ListeningTo,
  checks: Iterable<Check> = [],
): Leftover[] {
  const waits = withoutCallers(gathered.awaits, checks);
  const own = gathered.resources.filter(
    ({ capture, isTheProgramsOwn }) => isTheProgramsOwn || isOfTheProgram(capture),
  );
  const beside = { resources: own, waits, listeningTo };
  const resources = own.flatMap((each) => (each.asCause ? (each.asCause(each, beside) ?? []) : each));
  const awaits = awaitCauses(waits, resources, listeningTo);
  const suspendedAt = ownersBy(awaits, ({ frame }) => frame.place);
  const resourceLines = ownersBy(resources, ({ capture }) => capture.site && lineOf(capture.site));
  const listeners = gathered.listeners.filter(({ capture, owner }) => {
    if (!isOfTheProgram(capture)) return false;
    const isIn = (owners: Owners, key: string): boolean => {
      return owners.get(key)?.some((other) => mayDepend(other, owner)) ?? false;
    };
    if (capture.frames.some((frame) => isIn(suspendedAt, frame.place))) return false;
    // listeners that a package adds for itself, or for a resource of the program that is reported itself
    if (!capture.site || !capture.frames.some(({ author }) => author === 'user')) return false;
    return capture.caller?.author === 'user' || !isIn(resourceLines, lineOf(capture.site));
  });
  return [...resources.filter(({ isKeptBy }) => isKeptBy?.(resources) !== true), ...listeners, ...awaits];
}

type Owners = ReadonlyMap<string | undefined, readonly (Owner | undefined)[]>;

/** Groups owners by place: a leftover of one scope doesn't explain one of another scope at the same line. */
function ownersBy<Each extends Leftover>(
  all: readonly Each[],
  keyOf: (each: Each) => string | undefined,
): Owners {
  const groups = Map.groupBy(all, keyOf);
  return new Map([...groups].map(([key, group]) => [key, [...new Set(group.map(({ owner }) => owner))]]));
}

function isOfTheProgram(capture: Capture): boolean {
  return (
    !capture.isOfTheTool &&
    !capture.apiFiles.some((file) => file.startsWith('node:internal/bootstrap/switches/'))
  );
}
