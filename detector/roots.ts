import type { Leftover } from './probe.ts';
import type { SuspendedAwait } from './probes/awaits.ts';
import { sameLine, type Capture, type Frame } from './stack.ts';
import type { Gathered } from './watch.ts';

/** The stacks on which somebody began to listen to an object. */
type ListeningTo = (target: object) => readonly Capture[];

/**
 * Tells causes from consequences: what is left of a thing only because another thing is left goes.
 *
 * A suspended function that waits for a stalled request is no leak of its own, and neither is its caller;
 * the socket of a request, the pipes of a child process and Node's own timers are parts of these.
 *
 * @param checks the stacks on which the checks under way were asked for
 */
export function rootsOf(
  gathered: Gathered,
  listeningTo: ListeningTo,
  checks: Iterable<Capture> = [],
): Leftover[] {
  const resources = partsRemoved(gathered.resources.filter((each) => isOfTheProgram(each.capture)));
  const awaits = awaitRoots(withoutCallers(gathered.awaits, checks), resources, listeningTo);
  const listeners = gathered.listeners.filter((listener) => {
    const { capture } = listener;
    if (!isOfTheProgram(capture) || awaits.some((wait) => passes(capture, wait.frame))) return false;
    // what a package listens for while the thing lives that the program has asked it for
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
        kept.push(
          apiFiles.some((file) => file.startsWith('node:internal/deps/undici'))
            ? { ...each, type: 'fetch' }
            : each,
        );
        break;
      default:
        if (each.kind === 'socket' && isPool(each)) {
          if (isMadeByTheProgram(each.capture)) kept.push(each);
        } else if (each.kind === 'stream' && isBodyOfARequest(each, resources)) break;
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

function sameSite(a: Leftover, b: Leftover): boolean {
  const [here, there] = [a.capture.site, b.capture.site];
  return here !== undefined && there !== undefined && sameLine(here, there);
}

/** APIs of Node whose promise is settled by a resource of Node, and by nothing that the program could do. */
const resourceApis =
  /^node:(internal\/(webstreams|deps\/undici|streams|fs|http2)|stream|fs|https?|http2|_http|net|dns|child_process|readline)/;

function awaitRoots(
  awaits: readonly SuspendedAwait[],
  resources: readonly Leftover[],
  listeningTo: ListeningTo,
): SuspendedAwait[] {
  const reach = resources.map((resource) => [
    resource.capture,
    ...(resource.subject ? listeningTo(resource.subject) : []),
  ]);
  const waitsForResource = (wait: SuspendedAwait): boolean => {
    const places = placesOf(wait);
    if (reach.some((captures) => captures.some((capture) => places.some((place) => passes(capture, place)))))
      return true;
    const byNode = wait.origin.made.some(({ apiFiles }) => apiFiles.some((file) => resourceApis.test(file)));
    return byNode && resources.some(({ kind }) => kind !== 'timer' && kind !== 'watcher');
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
 * Whoever asked for a check is suspended until it answers, and so are his callers: the newest wait of each
 * function on the stack of the check.
 */
function withoutCallers(awaits: readonly SuspendedAwait[], checks: Iterable<Capture>): SuspendedAwait[] {
  const callers = new Set<SuspendedAwait>();
  for (const { frames } of checks) {
    for (const caller of frames) {
      const ofFunction = awaits.filter(
        (wait) => !callers.has(wait) && wait.frame.functionId === caller.functionId,
      );
      const atLine = ofFunction.filter((wait) => isSamePlace(wait.frame, caller));
      const [newest] = (atLine.length > 0 ? atLine : ofFunction).toSorted((a, b) => b.serial - a.serial);
      if (newest) callers.add(newest);
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
