import { createHook, type AsyncHook } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import { Map, WeakMap, WeakRef } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { StackAllowance } from '../../origin/level.ts';
import { currentOwner, isOfRunner, nextSerial, type Owner } from '../../origin/owner.ts';
import type { Kind } from '../../kinds.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Guard } from '../../engine/guard.ts';
import { isTurning, loopTime } from '../../engine/settle.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import type { EmitterBirths } from '../listeners/emitter-births.ts';
import { ChannelEnds } from './channel-ends.ts';
import { Connections } from './connections.ts';
import { asCauseOf, sentPortAsCause } from './handle-causes.ts';
import { collectable, traitOf, type Trait } from './handle-types.ts';
import { streamsOf } from '../processes/orphans.ts';
import { isBusyClientSocket, ownerObject, Pools } from './pools.ts';
import { Servers } from './servers.ts';
import { InTransit } from './in-transit.ts';
import { HandedOver } from './handed-over.ts';
import { Loans, type Loan } from './loans.ts';
import { isClosed, isClosedByNode, isIdleTimeout, isOver, wrappedIn } from './handle-state.ts';
import { factsOfSocket, keptByTaker } from './taken-over.ts';
import { factsOfTimer, hold, isCleared, isFired, timeLeft } from './timers.ts';

const depth = 40;
/** True for a process with `--permission`. */
const isRestricted = 'permission' in process;

interface Handle extends Birth {
  readonly id: number;
  readonly type: string;
  readonly kind: Kind;
  /** Absent when the allowance was used up. */
  readonly capture: Capture | undefined;
  readonly resource: object | WeakRef<object>;
  /** True for a timer due too late to end by itself: it is over when the program cleared it. */
  isDueLate?: boolean;
}

/**
 * The probe of everything that libuv or the engine holds open: timers (also unref'd ones and those of
 * `timers/promises`), servers, sockets, child processes, workers, ports, watchers.
 *
 * Sees each of them from async_hooks `init` to `destroy`, without promises; and work on a file that is stuck. Does not
 * see descriptors, file streams, listeners, web streams, or a server before `listen`.
 */
export class HandleProbe implements Probe {
  readonly name = 'handles';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(1000, 0.2);
  readonly #handles = new Map<number, Handle>();
  /** The handles by their resource, which Node may announce again: a fired timer that is refreshed, a kept socket. */
  #births = new WeakMap<object, Handle>();
  readonly inTransit = new InTransit();
  readonly #servers = new Servers();
  readonly #handedOver = new HandedOver(this.guard);
  readonly #channels = new ChannelEnds();
  readonly #pools: Pools;
  readonly #scheduledBy: ScheduledBy;
  readonly #loans: Loans;
  #hook: AsyncHook | undefined;

  /** @param isOfClosed reports whether a package's object holds a socket, and was asked to close */
  constructor(scheduledBy: ScheduledBy, births: EmitterBirths, isOfClosed: (socket: object) => boolean) {
    this.#scheduledBy = scheduledBy;
    this.#pools = new Pools(births, this.guard);
    const madeAs = (handle: object): Handle | undefined => this.#births.get(handle);
    const isPart = (socket: object): boolean => this.#isPartOfAnother(socket);
    this.#loans = new Loans({ madeAs, isPart, isOfClosed }, scheduledBy, this.guard);
  }

  start(): void {
    const { guard } = this;
    const init = (id: number, type: string, trigger: number, resource: object): void => {
      if (guard.thrown) return;
      try {
        const trait = traitOf(type);
        if (!trait || isTurning()) return;
        if (type === 'Timeout' && !this.allowance.isUnlimited && isIdleTimeout(resource)) return;
        if (trait.isOfServer) this.#scheduledBy.pass(resource);
        if (trait.kind) this.#noteHandle(id, type, trait.kind, resource, init, trigger);
        this.#noteTurn(id, type, trait, resource, init);
      } catch (error) {
        guard.thrown = { error };
      }
    };
    const options = {
      init,
      destroy: guard.hook((id: number) => this.#destroy(id)),
      // a request that `--permission` denies has called back, but Node never destroys it
      ...(isRestricted && { after: guard.hook((id: number) => this.inTransit.end(id)) }),
      // Node 22 ignores it and reports promises too; @types/node 24 does not have it yet
      trackPromises: false,
    };
    this.#hook = createHook(options).enable();
    this.#loans.start();
    this.#handedOver.start();
  }

  stop(): void {
    this.#hook?.disable();
    this.#loans.stop();
    this.#handedOver.stop();
    this.#pools.stop();
    this.#handles.clear();
    this.#births = new WeakMap();
    this.#channels.clear();
    this.inTransit.clear();
    this.#scheduledBy.clear();
  }

  #noteTurn(id: number, type: string, trait: Trait, resource: object, below: Callable): void {
    // a type that is a handle too has its stack already
    const capture = trait.kind ? undefined : this.#captureOfTurn(trait, below);
    if (capture && trait.isHop) this.#scheduledBy.note(type, resource, capture);
    if (trait.isTransient) this.inTransit.begin(id, type, trait, capture);
  }

  #capture(below: Callable, cause?: Capture): Capture {
    return new Capture(depth, this.#scheduledBy.current() ?? cause, below);
  }

  #captureOfTurn({ isHop, isOnFile }: Trait, below: Callable): Capture | undefined {
    if (!(isHop || isOnFile) || isOfRunner() || !this.#scheduledBy.allowance.take()) return undefined;
    return this.#capture(below);
  }

  #noteHandle(
    id: number,
    type: string,
    kind: Kind,
    resource: object,
    below: Callable,
    trigger: number,
  ): void {
    const known = this.#births.get(wrappedIn(resource));
    if (known) this.#handles.delete(known.id);
    // Node accepts a connection outside of the server's callbacks, and names the server as its trigger
    const server = kind === 'socket' ? this.#handles.get(trigger)?.capture : undefined;
    const capture = known?.capture ?? (this.allowance.take() ? this.#capture(below, server) : undefined);
    if (capture) this.#scheduledBy.note(type, resource, capture);
    if (type === 'MESSAGEPORT') this.#channels.made(id);
    if (kind === 'socket') this.#handedOver.born(resource);
    const handle: Handle = {
      serial: nextSerial(),
      owner: currentOwner(),
      ...known,
      id,
      type,
      kind,
      capture,
      resource: collectable.has(type) ? new WeakRef(resource) : resource,
    };
    this.#births.set(wrappedIn(resource), handle);
    this.#handles.set(id, handle);
  }

  /** Notes which timers have more time left than a budget, so that they are judged by that, however long it takes. */
  noteLateTimers(includes: Window['includes'], budget: number): void {
    let time: number | undefined;
    for (const handle of this.#handles.values()) {
      if (handle.type !== 'Timeout' || !includes(handle)) continue;
      time ??= loopTime();
      const left = timeLeft(handle.resource, time);
      if (left !== undefined && left > budget) handle.isDueLate = true;
    }
  }

  /** Forgets timers that fired and were kept for a verdict. */
  forgetFired(): void {
    for (const [id, { isDueLate, resource }] of this.#handles) {
      if (isDueLate && isFired(resource)) this.#handles.delete(id);
    }
  }

  /** Keeps the unref'd timers from calling back, and returns a function that lets them. */
  holdTimers(): () => void {
    const releases: (() => void)[] = [];
    for (const { type, resource } of this.#handles.values()) {
      const release = type === 'Timeout' || type === 'Immediate' ? hold(resource) : undefined;
      if (release) releases.push(release);
    }
    return () => {
      for (const release of releases) release();
    };
  }

  /** True while a worker of this thread runs. */
  get hasWorkers(): boolean {
    return [...this.#handles.values()].some(({ type }) => type === 'WORKER');
  }

  #destroy(id: number): void {
    this.inTransit.end(id);
    const handle = this.#handles.get(id);
    if (!handle || (handle.isDueLate && !isCleared(handle.resource))) return;
    this.#handles.delete(id);
    this.#channels.gone(id);
    if (isWithStack(handle)) this.#gone(handle, ownerObject(resourceOf(handle)));
  }

  /** Notes a server or a socket whose handle is gone: it may wait for its connections, or be open elsewhere. */
  #gone(handle: HandleWithStack, subject: object | undefined): void {
    if (handle.kind === 'server') this.#servers.closing(subject, handle);
    if (handle.kind === 'server' || handle.kind === 'socket') this.#handedOver.gone(subject, handle);
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    const ends = new ChannelEnds();
    // few servers leak, and most of them have no connections
    let known: Connections | undefined;
    const connections = (): Connections => (known ??= new Connections(this.#sockets()));
    for (const handle of this.#handles.values()) {
      const loan = handle.kind === 'socket' ? this.#loans.dueOf(handle.resource) : undefined;
      if (!window.includes(loan ?? handle)) continue;
      const resource = resourceOf(handle);
      if (resource === undefined || isOver(handle.type, resource, handle.isDueLate)) continue;
      const subject = ownerObject(resource);
      if (!isWithStack(handle)) {
        this.#suspect(handle, subject, window);
        continue;
      }
      switch (handle.type) {
        case 'TCPSERVERWRAP':
        case 'PIPESERVERWRAP':
          // `destroy` comes a turn after the close, and at the exit of a process there is none
          if (subject && isClosed(subject)) this.#gone(handle, subject);
          else left.push(this.#servers.open(subject, handle, connections));
          break;
        case 'TCPWRAP':
        case 'PIPEWRAP':
          left.push(...this.#socketLeft(handle, subject, loan));
          break;
        case 'MESSAGEPORT':
          if (isBroadcast(handle) || !ends.isSecond(handle.id)) {
            const asCause = this.#channels.isOtherSent(handle.id) && { asCause: sentPortAsCause };
            left.push(leftoverOf(handle, { weak: new WeakRef(resource), ...asCause }));
          }
          break;
        default:
          left.push(
            leftoverOf(handle, {
              ...(handle.kind === 'timer' && { facts: () => factsOfTimer(resource) }),
              subject: subject ?? resource,
              ...(subject instanceof ChildProcess && {
                parts: streamsOf(subject),
                facts: () => ({
                  ...(subject.killed && { killed: true }),
                  ...(subject.connected && { connected: true }),
                }),
              }),
              ...(handle.resource instanceof WeakRef && { weak: handle.resource }),
            }),
          );
      }
    }
    left.push(...this.inTransit.stuck(window), ...this.#handedOver.left(window));
    left.push(...this.#servers.unfinished(window, connections), ...this.#pools.left(window));
    return left;
  }

  #socketLeft(handle: HandleWithStack, subject: object | undefined, loan: Loan | undefined): Leftover[] {
    const kept = subject && keptByTaker(subject);
    if (kept) return [leftoverOf(handle, kept)];
    if (this.#isPartOfAnother(subject)) return [];
    const known = subject && { subject, facts: () => factsOfSocket(subject) };
    return [leftoverOf(handle, { ...known, ...(loan && { ...loan, isLent: true }) })];
  }

  /** Reports whether a connection is open that was lent in a window, whether or not it is due. */
  hasLent(includes: Window['includes']): boolean {
    for (const handle of this.#handles.values()) {
      const loan = handle.kind === 'socket' ? this.#loans.of(handle.resource) : undefined;
      if (loan && includes(loan)) return true;
    }
    return false;
  }

  /** Returns the number of open connections that an owner made and that a pool keeps by design. */
  keptFor(owner: Owner | undefined): number {
    let kept = 0;
    for (const handle of this.#handles.values()) {
      if (handle.kind !== 'socket' || handle.owner !== owner) continue;
      const resource = resourceOf(handle);
      const socket = ownerObject(resource);
      if (resource && socket && !isOver(handle.type, resource) && this.#pools.owns(socket)) kept += 1;
    }
    return kept;
  }

  #suspect(handle: Handle, subject: object | undefined, window: Window): void {
    // ports are many: Node makes its own, and a stack alone tells them from the program's
    if (handle.type === 'MESSAGEPORT') return;
    if (subject && isBusyClientSocket(subject)) window.suspect('request', handle);
    else if (!this.#isPartOfAnother(subject)) window.suspect(handle.type, handle);
  }

  /** Returns all open sockets, of every scope. */
  #sockets(): object[] {
    return [...this.#handles.values()].flatMap((handle) => {
      if (handle.kind !== 'socket') return [];
      return ownerObject(resourceOf(handle)) ?? [];
    });
  }

  letGo(): void {
    this.#pools.letGo();
    this.#loans.letGo();
  }

  /** Reports whether a socket belongs to its server, its request or its pool, which is reported in its place. */
  #isPartOfAnother(subject: object | undefined): boolean {
    if (!subject) return false;
    return this.#servers.owns(subject) || isBusyClientSocket(subject) || this.#pools.owns(subject);
  }
}

type HandleWithStack = Handle & { readonly capture: Capture };

function isWithStack(handle: Handle): handle is HandleWithStack {
  return handle.capture !== undefined;
}

function leftoverOf(handle: HandleWithStack, known: Partial<Leftover> = {}): Leftover {
  const { kind, type, capture, owner, serial } = handle;
  const isOpen = (): boolean => {
    const resource = resourceOf(handle);
    return resource !== undefined && !isOver(type, resource) && !isClosedByNode(resource);
  };
  return { kind, type, capture, owner, serial, evidence: 'alive', isOpen, ...asCauseOf(type), ...known };
}

/** Reports whether a port is that of a BroadcastChannel, which has no other end. */
function isBroadcast({ capture }: HandleWithStack): boolean {
  return capture.apiFiles.includes('node:internal/worker/io');
}

function resourceOf({ resource }: Handle): object | undefined {
  return resource instanceof WeakRef ? resource.deref() : wrappedIn(resource);
}
