import { mayDepend, type Owner } from '../origin/owner.ts';
import type { Leftover, ListeningTo } from '../probes/probe.ts';
import { callersIn, type Call } from '../probes/awaits/await-origin.ts';
import type { SuspendedAwait } from '../probes/awaits/awaits.ts';
import { isOfABody } from '../probes/requests.ts';
import type { Frame } from '../origin/frame.ts';
import type { Capture } from '../origin/capture.ts';

/** A check under way: the stack and the time of its call. */
export interface Check {
  readonly capture: Capture;
  readonly serial: number;
}

/**
 * Equal waits: of one function at one line, on one stack, for promises made at the same lines.
 *
 * They have the same causes, so thousands of them cost as much as one.
 */
interface WaitGroup {
  readonly owner: Owner | undefined;
  readonly waits: SuspendedAwait[];
  readonly frame: Frame;
  readonly calls: readonly Call[];
  /** The lines of the await and of the promises that it waits for. */
  readonly places: readonly string[];
  /** The functions that called the waiting one. */
  readonly callers: readonly string[];
}

/** Returns the waits that no other wait and no leaked resource explains, each with the chain of functions behind it. */
export function awaitCauses(
  awaits: readonly SuspendedAwait[],
  resources: readonly Leftover[],
  listeningTo: ListeningTo,
): SuspendedAwait[] {
  const groups = groupsOf(awaits);
  const awaited = awaitedIn(groups);
  const causes = causesIn(groups, awaited);
  const waitsForResource = resourceTest(resources, listeningTo);
  return groups.flatMap((group) => {
    const behind = reachable(group, causes);
    // functions that wait for one another have no other root than themselves
    const isRoot = [...behind].every((cause) => cause === group || reachable(cause, causes).has(group));
    if (!isRoot || [group, ...behind].some(waitsForResource)) return [];
    const chain = chainTo(group, causes, awaited);
    return group.waits.map((wait) => (chain.length > 1 ? { ...wait, chain } : wait));
  });
}

function groupsOf(awaits: readonly SuspendedAwait[]): WaitGroup[] {
  const groups = new Map<Owner | undefined, Map<string, WaitGroup>>();
  for (const wait of awaits) {
    const made = wait.origin.made.map(({ site }) => site).filter((site) => site !== undefined);
    const places = [wait.frame, ...made].map(({ place }) => place);
    const callers = callersIn(wait.capture);
    const { calls } = wait.origin;
    const called = calls.flatMap(({ functionId, callers: its }) => [functionId, ...its]);
    const key = [places, callers, called].map((each) => each.join('|')).join('\n');
    const { owner, frame } = wait;
    const ofOwner = groups.get(owner) ?? new Map<string, WaitGroup>();
    groups.set(owner, ofOwner);
    const known = ofOwner.get(key);
    if (known) known.waits.push(wait);
    else ofOwner.set(key, { owner, waits: [wait], frame, calls, places, callers });
  }
  return [...groups.values()].flatMap((ofOwner) => [...ofOwner.values()]);
}

type Causes = ReadonlyMap<WaitGroup, ReadonlySet<WaitGroup>>;

/**
 * Maps each group to the groups whose results it awaits.
 *
 * Until a function goes on after its first await, it waits on the stack of its call. Later its callers are gone, and
 * any wait of that function may be the awaited one.
 */
function awaitedIn(groups: readonly WaitGroup[]): Causes {
  const byFunction = Map.groupBy(groups, ({ frame }) => frame.functionId);
  const keyOf = ({ functionId, callers }: Call): string => [functionId, ...callers].join('|');
  const byCall = Map.groupBy(groups, ({ frame: { functionId }, callers }) => keyOf({ functionId, callers }));
  return new Map(
    groups.map((group) => {
      const depends = ({ owner }: WaitGroup): boolean => mayDepend(owner, group.owner);
      const awaited = group.calls.flatMap((call) => {
        const inCall = byCall.get(keyOf(call))?.filter(depends) ?? [];
        return inCall.length > 0 ? inCall : (byFunction.get(call.functionId)?.filter(depends) ?? []);
      });
      return [group, new Set(awaited)];
    }),
  );
}

/** Maps each group to the groups that must go on first: those it awaits, and those it called on the line of its await. */
function causesIn(groups: readonly WaitGroup[], awaited: Causes): Causes {
  const byCaller = new Map<string, Set<WaitGroup>>();
  for (const group of groups) {
    for (const caller of group.callers) {
      const called = byCaller.get(caller) ?? new Set();
      byCaller.set(caller, called.add(group));
    }
  }
  return new Map(
    groups.map((group) => {
      const called = group.places.flatMap((place) => [...(byCaller.get(place) ?? [])]);
      // a line may make a promise and call functions that await it: they don't cause what they await
      const others = [...new Set(called)].filter(
        (other) =>
          other.frame.functionId !== group.frame.functionId &&
          mayDepend(other.owner, group.owner) &&
          !reachable(other, awaited).has(group),
      );
      return [group, new Set([...(awaited.get(group) ?? []), ...others])];
    }),
  );
}

function reachable(from: WaitGroup, causes: Causes): Set<WaitGroup> {
  const seen = new Set<WaitGroup>();
  const open = [...(causes.get(from) ?? [])];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(causes.get(next) ?? []));
  }
  return seen;
}

/**
 * Returns the chain of awaits from the outermost function down to the root; of several functions, the first.
 *
 * A call on the line of an await is a weaker sign than an awaited result: it counts only within one scope, and only
 * for functions of which no awaited result is known.
 */
function chainTo(root: WaitGroup, causes: Causes, awaited: Causes): Frame[] {
  const chain = [root];
  for (let outermost: WaitGroup | undefined = root; outermost;) {
    const inner: WaitGroup = outermost;
    const others = [...causes.keys()].filter((each) => !chain.includes(each));
    const waiting =
      others.find((each) => awaited.get(each)?.has(inner)) ??
      others.find(
        (each) => each.owner === inner.owner && awaited.get(each)?.size === 0 && causes.get(each)?.has(inner),
      );
    if (waiting) chain.unshift(waiting);
    outermost = waiting;
  }
  return chain.map(({ frame }) => frame);
}

/** Returns a test that reports whether a wait is for a resource that is reported itself. */
function resourceTest(
  resources: readonly Leftover[],
  listeningTo: ListeningTo,
): (group: WaitGroup) => boolean {
  const reached = new Map<string, Set<Owner | undefined>>();
  for (const { capture, subject, parts = [], owner } of resources) {
    const objects = subject ? [subject, ...parts] : parts;
    const listening = objects.flatMap((object) => listeningTo(object));
    for (const { frames } of [capture, ...listening]) {
      for (const frame of frames) {
        const owners = reached.get(frame.place) ?? new Set();
        reached.set(frame.place, owners.add(owner));
      }
    }
  }
  const requests = resources.filter(({ kind }) => kind === 'request');
  return ({ owner, places, waits: [first] }) => {
    const depends = (other: Owner | undefined): boolean => mayDepend(other, owner);
    if (places.some((place) => [...(reached.get(place) ?? [])].some(depends))) return true;
    return (
      requests.some((request) => depends(request.owner)) &&
      first !== undefined &&
      first.origin.made.some(isOfABody)
    );
  };
}

/**
 * Removes the waits for the check itself: one wait of each function on the stack of its call.
 *
 * The function that asked for a check, and its callers, are suspended until the check answers.
 */
export function withoutCallers(
  awaits: readonly SuspendedAwait[],
  checks: Iterable<Check>,
): readonly SuspendedAwait[] {
  const callers = new Set<SuspendedAwait>();
  const byFunction = Map.groupBy(awaits, ({ frame }) => frame.functionId);
  for (const { capture, serial } of checks) {
    for (const caller of capture.frames) {
      const ofFunction = (byFunction.get(caller.functionId) ?? []).filter((wait) => !callers.has(wait));
      // a synchronous caller awaits after the call; an async one is suspended at its await already
      const [waiting] = caller.isAsync
        ? ofFunction.filter((wait) => wait.serial < serial && wait.frame.place === caller.place).toReversed()
        : ofFunction.filter((wait) => wait.serial > serial);
      if (waiting) callers.add(waiting);
    }
  }
  return awaits.filter((wait) => !callers.has(wait) && !isForTheTool(wait));
}

/** Reports whether a wait is for a promise of leaklab: `then` and `Promise.all` keep its caller off the stack. */
function isForTheTool({ origin }: SuspendedAwait): boolean {
  return origin.made.some(({ innermost }) => innermost === 'tool');
}
