import { createHook, type AsyncHook } from 'node:async_hooks';
import type { Causes } from '../causes.ts';
import type { Kind } from '../finding.ts';
import { currentOwner, nextSerial } from '../owner.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../stack.ts';
import type { EmitterBirths } from './emitter-births.ts';
import { isBusyClientSocket, ownerObject, Pools } from './pools.ts';
import { Servers } from './servers.ts';

/** What the event loop knows of, by the engine's names. */
const kindOfType: Readonly<Record<string, Kind>> = {
  Timeout: 'timer',
  Immediate: 'timer',
  TCPSERVERWRAP: 'server',
  PIPESERVERWRAP: 'server',
  TCPWRAP: 'socket',
  PIPEWRAP: 'socket',
  UDPWRAP: 'socket',
  PROCESSWRAP: 'process',
  WORKER: 'worker',
  MESSAGEPORT: 'port',
  FSEVENTWRAP: 'watcher',
  STATWATCHER: 'watcher',
  ZLIB: 'stream',
  GETADDRINFOREQWRAP: 'request',
  GETNAMEINFOREQWRAP: 'request',
  QUERYWRAP: 'request',
};

/** Closed or not, these go only when they are collected: so they are held weakly, and looked at after a collection. */
const collectable = new Set(['MESSAGEPORT', 'ZLIB']);

/** Work that is under way and opens or closes something when it is done; over in its own time, and no leak. */
const transient = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

const depth = 40;

interface Handle extends Birth {
  readonly id: number;
  readonly type: string;
  readonly kind: Kind;
  readonly capture: Capture;
  readonly resource: object | WeakRef<object>;
}

/**
 * Everything that libuv or the engine holds open: timers (also unref'd ones and those of
 * `timers/promises`), servers, sockets, child processes, workers, ports, watchers.
 *
 * Sees each of them from async_hooks `init` to `destroy`, without promises. Does not see descriptors,
 * file streams, listeners, web streams, or a server before `listen`.
 */
export class HandleProbe implements Probe {
  readonly name = 'handles';
  readonly #handles = new Map<number, Handle>();
  readonly #underWay = new Set<number>();
  readonly #servers = new Servers();
  readonly #pools: Pools;
  readonly #causes: Causes;
  #hook: AsyncHook | undefined;

  constructor(causes: Causes, births: EmitterBirths) {
    this.#causes = causes;
    this.#pools = new Pools(births);
  }

  start(): void {
    const init = (id: number, type: string, _trigger: number, resource: object): void => {
      if (type !== 'PROMISE') this.#init(id, type, resource, init);
    };
    const options = {
      init,
      destroy: (id: number) => this.#destroy(id),
      // Node 22 ignores it and tells of promises as well; types of @types/node 24 don't have it yet
      trackPromises: false,
    };
    this.#hook = createHook(options).enable();
  }

  stop(): void {
    this.#hook?.disable();
    this.#pools.stop();
    this.#handles.clear();
    this.#underWay.clear();
    this.#causes.clear();
  }

  #init(id: number, type: string, resource: object, below: Callable): void {
    if (transient.has(type)) this.#underWay.add(id);
    const kind = kindOfType[type];
    const isHop = this.#causes.isHop(type);
    const isRequest = type === 'HTTPCLIENTREQUEST';
    if (kind === undefined && !isHop && !isRequest) return;
    const capture = new Capture(depth, this.#causes.current(), below);
    if (isHop) this.#causes.note(resource, capture);
    // what a package does with an answer, it does for whoever has sent the request
    else this.#causes.noteHandle(resource, capture);
    if (kind === undefined) return;
    this.#handles.set(id, {
      id,
      type,
      kind,
      capture,
      resource: collectable.has(type) ? new WeakRef(resource) : resource,
      serial: nextSerial(),
      owner: currentOwner(),
    });
  }

  /** Whether something is being opened or closed at this moment. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Whether a worker of this thread runs. */
  get hasWorkers(): boolean {
    return [...this.#handles.values()].some(({ type }) => type === 'WORKER');
  }

  #destroy(id: number): void {
    this.#underWay.delete(id);
    const handle = this.#handles.get(id);
    if (!handle) return;
    this.#handles.delete(id);
    if (handle.kind === 'server') this.#servers.closing(ownerObject(resourceOf(handle)), handle);
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    let channelEnd = -2;
    for (const handle of this.#handles.values()) {
      if (!window.includes(handle)) continue;
      const resource = resourceOf(handle);
      if (resource === undefined || isOver(handle.type, resource)) continue;
      const subject = ownerObject(resource);
      const shared = { kind: handle.kind, type: handle.type, capture: handle.capture, owner: handle.owner };
      switch (handle.type) {
        case 'TCPSERVERWRAP':
        case 'PIPESERVERWRAP':
          // `destroy` comes a turn after the close, and at the exit of a process there is none
          if (subject && isClosed(subject)) this.#servers.closing(subject, handle);
          else left.push(this.#servers.open(subject, handle));
          break;
        case 'TCPWRAP':
        case 'PIPEWRAP': {
          const socket = this.#socket(handle, subject);
          if (socket) left.push(socket);
          break;
        }
        case 'MESSAGEPORT':
          // a channel has two ends, and they are made one after the other
          if (handle.id === channelEnd + 1) channelEnd = -2;
          else {
            channelEnd = handle.id;
            left.push({ ...shared, evidence: 'alive', weak: new WeakRef(resource) });
          }
          break;
        default:
          left.push({
            ...shared,
            evidence: 'alive',
            subject: subject ?? resource,
            ...(handle.resource instanceof WeakRef && { weak: handle.resource }),
          });
      }
    }
    left.push(...this.#servers.unfinished(window), ...this.#pools.left(window));
    return left;
  }

  /** A socket is its server's, its request's or its pool's business, if it has one. */
  #socket(handle: Handle, subject: object | undefined): Leftover | undefined {
    if (
      subject &&
      (this.#servers.owns(subject) || isBusyClientSocket(subject) || this.#pools.owns(subject))
    ) {
      return undefined;
    }
    return {
      kind: handle.kind,
      type: handle.type,
      capture: handle.capture,
      owner: handle.owner,
      evidence: 'alive',
      ...(subject && { subject }),
    };
  }
}

function resourceOf({ resource }: Handle): object | undefined {
  if (resource instanceof WeakRef) return resource.deref();
  // an agent that gives a kept socket to the next request has its handle born again, wrapped (lib/internal/http.js)
  return 'handle' in resource && typeof resource.handle === 'object' && resource.handle
    ? resource.handle
    : resource;
}

/** What its owner says, where `destroy` comes late or after a collection only. */
function isOver(type: string, resource: object): boolean {
  if (type === 'Timeout' || type === 'Immediate')
    return '_destroyed' in resource && resource._destroyed === true;
  const owner = ownerObject(resource);
  if (!owner || type === 'TCPSERVERWRAP' || type === 'PIPESERVERWRAP') return false;
  return isClosed(owner) || (type === 'ZLIB' && 'destroyed' in owner && owner.destroyed === true);
}

/** Servers, sockets and child processes let go of their handle when they close it. */
function isClosed(owner: object): boolean {
  return '_handle' in owner && owner._handle === null;
}
