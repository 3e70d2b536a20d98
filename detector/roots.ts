import { awaitRoots, withoutCallers, type Check, type ListeningTo } from './await-roots.ts';
import type { Leftover } from './probe.ts';
import { packageOf } from './frame.ts';
import { isOnFile } from './probes/handle-types.ts';
import { holdsSocket } from './probes/pools.ts';
import { mayDepend, type Owner } from './owner.ts';
import type { SuspendedAwait } from './probes/awaits.ts';
import { lineOf, sameLine, type Capture } from './stack.ts';
import type { Gathered } from './watch.ts';

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
  const resources = partsRemoved(
    gathered.resources
      // the stand-in for `fs.open` is ours, and the work on a file is the program's all the same
      .filter((each) => isOnFile(each.type) || isOfTheProgram(each.capture))
      .flatMap((each) => whereReceived(each, listeningTo)),
  ).filter((each) => !isBeingRead(each, waits));
  const awaits = awaitRoots(waits, resources, listeningTo);
  const suspendedAt = ownersBy(awaits, ({ frame }) => frame.place);
  const resourceLines = ownersBy(resources, ({ capture }) => capture.site && lineOf(capture.site));
  const listeners = gathered.listeners.filter(({ capture, owner }) => {
    if (!isOfTheProgram(capture)) return false;
    const isIn = (owners: Owners, key: string): boolean => {
      return owners.get(key)?.some((other) => mayDepend(other, owner)) ?? false;
    };
    if (capture.frames.some((frame) => isIn(suspendedAt, frame.place))) return false;
    // what a package listens for on its own account, or while the thing lives that the program has asked it for
    if (!capture.site || !capture.frames.some(({ author }) => author === 'user')) return false;
    return capture.caller?.author === 'user' || !isIn(resourceLines, lineOf(capture.site));
  });
  return [...resources.filter((each) => !isKeptByOthers(each, resources)), ...listeners, ...awaits];
}

/**
 * A server that was closed, and waits for connections of ours: the requests and agents that have their other ends
 * are left themselves, and when these let go of them, the server is done. Of two plain sockets either may be the one
 * that had to end.
 */
function isKeptByOthers({ otherEnds = [], owner }: Leftover, resources: readonly Leftover[]): boolean {
  if (otherEnds.length === 0) return false;
  const others = resources.filter((each) => mayDepend(each.owner, owner));
  return otherEnds.every((end) => others.some(({ subject }) => subject && holdsSocket(subject, end)));
}

type Owners = ReadonlyMap<string | undefined, readonly (Owner | undefined)[]>;

/** Who has something there: what one scope has is no consequence of what another one has at the same line. */
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

/**
 * A port that came in a message is made on no stack at all; its line is that where somebody listens to it. If
 * nobody but Node does, it is one of those to a worker whose modules are loaded by hooks, and is the worker's.
 */
function whereReceived(each: Leftover, listeningTo: ListeningTo): readonly Leftover[] {
  const port = each.type === 'MESSAGEPORT' && each.capture.frames.length === 0 && each.weak?.deref();
  if (!port) return [each];
  const capture = listeningTo(port).find(({ frames }) => frames.some(({ author }) => author === 'user'));
  if (capture) return [{ ...each, capture }];
  const isHeard =
    'eventNames' in port && typeof port.eventNames === 'function' && port.eventNames().length > 0;
  return isHeard ? [] : [each];
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
  const recursiveWatches = new Map<Owner | undefined, Set<string>>();
  for (const each of resources) {
    const { apiFiles, caller } = each.capture;
    switch (each.type) {
      case 'Timeout':
      case 'Immediate':
        // set by Node for its own purposes: idle sockets, the Date header, a fetch's time-out
        if (caller && apiFiles.every((file) => timerFiles.has(file))) kept.push(each);
        break;
      case 'MESSAGEPORT':
        if (isOfAWorker(each, resources)) break;
        if (
          !apiFiles.some(
            (file) => file === 'node:internal/worker' || file === 'node:internal/worker/messaging',
          )
        )
          kept.push(each);
        break;
      case 'PIPEWRAP':
        if (!apiFiles.includes('node:internal/child_process')) kept.push(each);
        else if (!resources.some((other) => isProcess(other) && sameSite(other, each))) {
          kept.push({ ...each, kind: 'process', facts: () => ({ pipeOnly: true }) });
        }
        break;
      case 'FSEVENTWRAP': {
        if (!apiFiles.includes('node:internal/fs/recursive_watch')) kept.push(each);
        else if (each.capture.site && !recursiveWatches.get(each.owner)?.has(each.capture.site.text)) {
          // on Linux a recursive watch is one watcher for each folder
          const watched = recursiveWatches.get(each.owner) ?? new Set();
          recursiveWatches.set(each.owner, watched.add(each.capture.site.text));
          kept.push(each);
        }
        break;
      }
      case 'GETADDRINFOREQWRAP':
        if (!resources.some((other) => other !== each && other.type !== each.type && sameSite(other, each)))
          kept.push(each);
        break;
      case 'undici':
        kept.push(isOfNpmUndici(each.capture) ? each : { ...each, type: 'fetch' });
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

/**
 * Whose function the program has called, npm undici's or Node's: each sends through the dispatcher of the other,
 * if that was there first.
 */
function isOfNpmUndici({ frames }: Capture): boolean {
  const first = frames.findIndex(({ author }) => author === 'user');
  const asked = frames
    .slice(0, first < 0 ? undefined : first)
    .findLast(({ file }) => file.startsWith('node:internal/deps/undici/') || packageOf(file) === 'undici');
  return asked !== undefined && packageOf(asked.file) === 'undici';
}

/** A package that keeps workers gives them ports of its own. */
function isOfAWorker(port: Leftover, resources: readonly Leftover[]): boolean {
  if (port.capture.caller?.author !== 'package') return false;
  return resources.some((other) => other.kind === 'worker' && sameSite(other, port));
}

function isProcess({ type }: Leftover): boolean {
  return type === 'PROCESSWRAP' || type === 'orphan process';
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
  return (
    controller === 'ReadableByteStreamController' &&
    resources.some((other) => other.kind === 'request' && mayDepend(other.owner, stream.owner))
  );
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
function isBeingRead({ kind, capture, owner }: Leftover, waits: readonly SuspendedAwait[]): boolean {
  if (kind !== 'stream') return false;
  return waits.some(
    ({ frame, origin, owner: reader }) =>
      mayDepend(reader, owner) &&
      frame.functionId === capture.site?.functionId &&
      origin.made.some(({ apiFiles }) =>
        apiFiles.some((file) => file.startsWith('node:internal/webstreams/')),
      ),
  );
}

function sameSite(a: Leftover, b: Leftover): boolean {
  const [here, there] = [a.capture.site, b.capture.site];
  if (!mayDepend(a.owner, b.owner)) return false;
  return here !== undefined && there !== undefined && sameLine(here, there);
}
