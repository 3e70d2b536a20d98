import { ClientRequest, IncomingMessage } from 'node:http';
import type { Leftover } from './probe.ts';
import type { SuspendedAwait } from './probes/awaits.ts';
import { packageOf } from './ignore.ts';
import { sameLine, type Capture, type Frame } from './stack.ts';
import type { Gathered } from './watch.ts';

/** A check under way: where it was asked for, and when. */
export interface Check {
  readonly capture: Capture;
  readonly serial: number;
}

/** The stacks on which somebody began to listen to an object. */
type ListeningTo = (target: object) => readonly Capture[];

/**
 * Tells causes from consequences: what is left of a thing only because another thing is left goes.
 *
 * A suspended function that waits for a stalled request is no leak of its own, and neither is its caller;
 * the socket of a request, the pipes of a child process and Node's own timers are parts of these.
 *
 * @param checks those under way
 */
export function rootsOf(
  gathered: Gathered,
  listeningTo: ListeningTo,
  checks: Iterable<Check> = [],
): Leftover[] {
  const waits = withoutCallers(gathered.awaits, checks);
  const resources = partsRemoved(gathered.resources.filter((each) => isOfTheProgram(each.capture))).filter(
    (each) => !isBeingRead(each, waits),
  );
  const awaits = awaitRoots(waits, resources, listeningTo);
  const listeners = gathered.listeners.filter((listener) => {
    const { capture } = listener;
    if (!isOfTheProgram(capture) || awaits.some((wait) => passes(capture, wait.frame))) return false;
    // what a package listens for on its own account, or while the thing lives that the program has asked it for
    if (!capture.frames.some((frame) => frame.author === 'user')) return false;
    return capture.caller?.author === 'user' || !resources.some((resource) => sameSite(resource, listener));
  });
  return [...resources, ...listeners, ...awaits];
}

function isOfTheProgram(capture: Capture): boolean {
  return (
    !capture.isOfTheTool &&
    !capture.apiFiles.some((file) => file.startsWith('node:internal/bootstrap/switches/'))
  );
}

/** Files of Node that stand between a timer that a program has set and the program. */
const timerFiles = new Set([
  'node:internal/timers',
  'node:timers',
  'node:timers/promises',
  'node:internal/util',
]);

function partsRemoved(resources: readonly Leftover[]): Leftover[] {
  const kept: Leftover[] = [];
  const recursiveWatches = new Set<string>();
  for (const each of resources) {
    const { apiFiles, caller } = each.capture;
    switch (each.type) {
      case 'Timeout':
      case 'Immediate':
        // set by Node for its own purposes: idle sockets, the Date header, a fetch's time-out
        if (caller && apiFiles.every((file) => timerFiles.has(file))) kept.push(each);
        break;
      case 'MESSAGEPORT':
        if (
          !apiFiles.some(
            (file) => file === 'node:internal/worker' || file === 'node:internal/worker/messaging',
          )
        )
          kept.push(each);
        break;
      case 'PIPEWRAP':
        if (!apiFiles.includes('node:internal/child_process')) kept.push(each);
        else if (!resources.some((other) => other.type === 'PROCESSWRAP' && sameSite(other, each))) {
          kept.push({ ...each, kind: 'process', detail: 'its pipe is still open' });
        }
        break;
      case 'FSEVENTWRAP': {
        if (!apiFiles.includes('node:internal/fs/recursive_watch')) kept.push(each);
        else if (each.capture.site && !recursiveWatches.has(each.capture.site.text)) {
          // on Linux a recursive watch is one watcher for each folder
          recursiveWatches.add(each.capture.site.text);
          kept.push(each);
        }
        break;
      }
      case 'GETADDRINFOREQWRAP':
        if (!resources.some((other) => other !== each && other.type !== each.type && sameSite(other, each)))
          kept.push(each);
        break;
      case 'undici':
        // npm undici sends through the dispatcher of Node's own, if that was first
        kept.push(caller && packageOf(caller.file) === 'undici' ? each : { ...each, type: 'fetch' });
        break;
      default:
        if (each.kind === 'socket' && isPool(each)) {
          if (isMadeByTheProgram(each.capture)) kept.push(each);
        } else if (
          each.kind === 'stream' &&
          (isTakenByFetch(each.capture) || isBodyOfARequest(each, resources))
        )
          break;
        else kept.push(each);
    }
  }
  return kept;
}

function isPool({ type }: Leftover): boolean {
  return type !== 'TCPWRAP' && type !== 'UDPWRAP';
}

/**
 * Not by undici or fetch on their own, which keep their connections by design: between the program and the
 * pool stand constructors alone.
 */
function isMadeByTheProgram({ frames, apiFiles }: Capture): boolean {
  const first = frames.findIndex((frame) => frame.author === 'user');
  const between = frames.slice(0, Math.max(first, 0)).filter((frame) => frame.author === 'package');
  return (
    first >= 0 &&
    between.every((frame) => frame.isConstructor) &&
    !apiFiles.some((file) => file.startsWith('node:internal/deps/'))
  );
}

/** Fetch reads and tees bodies on its own account as well. */
function isTakenByFetch({ apiFiles }: Capture): boolean {
  return apiFiles.some((file) => file.startsWith('node:internal/deps/undici/'));
}

/** Bodies of fetch are byte streams; while their request is in flight, that is the finding. */
function isBodyOfARequest(stream: Leftover, resources: readonly Leftover[]): boolean {
  const controller = stream.subject && describeController(stream.subject);
  return controller === 'ReadableByteStreamController' && resources.some((other) => other.kind === 'request');
}

function describeController(stream: object): string | undefined {
  for (const symbol of Object.getOwnPropertySymbols(stream)) {
    const state: unknown = Reflect.get(stream, symbol);
    if (typeof state !== 'object' || state === null || !('controller' in state)) continue;
    if (typeof state.controller === 'object' && state.controller) return state.controller.constructor.name;
  }
  return undefined;
}

/** A web stream that a function took and is suspended reading from is not left: the function is. */
function isBeingRead({ kind, capture }: Leftover, waits: readonly SuspendedAwait[]): boolean {
  if (kind !== 'stream') return false;
  return waits.some(
    ({ frame, origin }) =>
      frame.functionId === capture.site?.functionId &&
      origin.made.some(({ apiFiles }) =>
        apiFiles.some((file) => file.startsWith('node:internal/webstreams/')),
      ),
  );
}

function sameSite(a: Leftover, b: Leftover): boolean {
  const [here, there] = [a.capture.site, b.capture.site];
  return here !== undefined && there !== undefined && sameLine(here, there);
}

/** Bodies of fetch and undici are read through promises that the request settles, and no line leads from one to the other. */
function isOfABody({ apiFiles, caller }: Capture): boolean {
  if (apiFiles.some((file) => /^node:internal\/(webstreams|deps\/undici)\//.test(file))) return true;
  return caller !== undefined && packageOf(caller.file) === 'undici';
}

/** What a wait may listen to when it waits for a resource: a client's request answers through its response. */
function partsOf(subject: object): object[] {
  return subject instanceof ClientRequest && 'res' in subject && subject.res instanceof IncomingMessage
    ? [subject, subject.res]
    : [subject];
}

function awaitRoots(
  awaits: readonly SuspendedAwait[],
  resources: readonly Leftover[],
  listeningTo: ListeningTo,
): SuspendedAwait[] {
  const reach = resources.flatMap(({ capture, subject }) => [
    capture,
    ...(subject ? partsOf(subject).flatMap((part) => listeningTo(part)) : []),
  ]);
  const hasRequest = resources.some(({ kind }) => kind === 'request');
  const waitsForResource = (wait: SuspendedAwait): boolean => {
    const places = placesOf(wait);
    if (reach.some((capture) => places.some((place) => passes(capture, place)))) return true;
    return hasRequest && wait.origin.made.some(isOfABody);
  };
  const causes = new Map(awaits.map((wait) => [wait, causesOf(wait, awaits)]));
  return awaits.filter((wait) => {
    const chain = reachable(wait, causes);
    // functions that wait for one another have no other root than themselves
    const isRoot = [...chain].every((cause) => reachable(cause, causes).has(wait));
    return isRoot && !waitsForResource(wait) && ![...chain].some(waitsForResource);
  });
}

/**
 * Whoever asked for a check is suspended until it answers, and so are his callers: one wait of each function
 * on the stack of the check.
 */
function withoutCallers(awaits: readonly SuspendedAwait[], checks: Iterable<Check>): SuspendedAwait[] {
  const callers = new Set<SuspendedAwait>();
  for (const { capture, serial } of checks) {
    for (const caller of capture.frames) {
      const ofFunction = awaits.filter(
        (wait) => !callers.has(wait) && wait.frame.functionId === caller.functionId,
      );
      // who has called it awaits it afterwards; who is suspended already stands at his await
      const [waiting] = caller.isAsync
        ? ofFunction.filter((wait) => wait.serial < serial && isSamePlace(wait.frame, caller)).toReversed()
        : ofFunction.filter((wait) => wait.serial > serial);
      if (waiting) callers.add(waiting);
    }
  }
  return awaits.filter((wait) => !callers.has(wait));
}

/** The suspended functions that have to go on before this one can: those it awaits, at whatever distance. */
function causesOf(wait: SuspendedAwait, awaits: readonly SuspendedAwait[]): SuspendedAwait[] {
  const places = placesOf(wait);
  return awaits.filter((other) => {
    if (other === wait) return false;
    if (wait.origin.functions.includes(other.frame.functionId)) return true;
    if (other.frame.functionId === wait.frame.functionId) return false;
    return other.capture.frames.slice(1).some((frame) => places.some((place) => isSamePlace(frame, place)));
  });
}

function reachable(
  from: SuspendedAwait,
  causes: ReadonlyMap<SuspendedAwait, readonly SuspendedAwait[]>,
): Set<SuspendedAwait> {
  const seen = new Set<SuspendedAwait>();
  const open = [...(causes.get(from) ?? [])];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(causes.get(next) ?? []));
  }
  return seen;
}

/** Where it waits, and where the promises were made that it waits for. */
function placesOf(wait: SuspendedAwait): Frame[] {
  const made = wait.origin.made.map((capture) => capture.site).filter((frame) => frame !== undefined);
  return [wait.frame, ...made];
}

function passes(capture: Capture, place: Frame): boolean {
  return capture.frames.some((frame) => isSamePlace(frame, place));
}

function isSamePlace(a: Frame, b: Frame): boolean {
  return a.functionId === b.functionId && a.line === b.line;
}
