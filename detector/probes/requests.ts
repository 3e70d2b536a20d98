import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Guard } from '../engine/guard.ts';
import { Set, WeakMap, WeakRef } from '../engine/intrinsics.ts';
import type { Facts } from '../finding.ts';
import type { ScheduledBy } from '../origin/scheduled-by.ts';
import { packageOf } from '../origin/frame.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { AsCause, Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture, type Callable } from '../origin/capture.ts';

interface Request extends Birth {
  readonly type: 'fetch' | 'undici' | 'ClientRequest';
  readonly capture: Capture;
  readonly weak: WeakRef<object>;
  /** True once the response's headers have come. */
  isAnswered: boolean;
}

const depth = 40;

/**
 * The probe of requests in flight: built-in fetch, npm undici, node:http. A request whose response body is not read to
 * the end is still in flight.
 *
 * Sees them through Node's and undici's diagnostics channels, with the user's line. Does not see clients that write to
 * a socket themselves, nor a small unread body that undici reads to the end by itself: then nothing is held. A request
 * that neither a socket nor an agent nor the program holds is garbage, and no finding.
 */
export class RequestProbe implements Probe {
  readonly name = 'requests';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(300, 0.2);
  /** The requests in the order they were made; dropped soon after they end. */
  readonly #inFlight = new Set<Request>();
  #byRequest = new WeakMap<object, Request>();
  readonly #scheduledBy: ScheduledBy;
  #sweepAt = 100;

  /** @param scheduledBy says what scheduled the current turn */
  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  readonly #createdHere = this.guard.hook((message: unknown): void => {
    this.#note('ClientRequest', requestOf(message), this.#createdHere);
  });

  readonly #created = this.guard.hook((message: unknown): void => {
    this.#note('undici', requestOf(message), this.#created);
  });

  #note(type: Request['type'], request: object | undefined, below: Callable): void {
    // a request without a stack is seen by its busy socket
    if (!this.allowance.take() || !request) return;
    const capture = new Capture(depth, this.#scheduledBy.current(), below);
    const weak = new WeakRef(request);
    const known: Request = {
      type,
      capture,
      weak,
      serial: nextSerial(),
      owner: currentOwner(),
      isAnswered: false,
    };
    this.#inFlight.add(known);
    this.#byRequest.set(request, known);
    if (this.#inFlight.size > this.#sweepAt) this.#sweep();
  }

  readonly #answered = this.guard.hook((message: unknown): void => {
    const request = requestOf(message);
    const known = request && this.#byRequest.get(request);
    if (known) known.isAnswered = true;
  });

  readonly #ended = this.guard.hook((message: unknown): void => {
    const request = requestOf(message);
    const known = request && this.#byRequest.get(request);
    if (known) this.#inFlight.delete(known);
  });

  start(): void {
    subscribe('undici:request:create', this.#created);
    subscribe('undici:request:headers', this.#answered);
    subscribe('undici:request:trailers', this.#ended);
    subscribe('undici:request:error', this.#ended);
    subscribe('http.client.request.created', this.#createdHere);
  }

  stop(): void {
    unsubscribe('undici:request:create', this.#created);
    unsubscribe('undici:request:headers', this.#answered);
    unsubscribe('undici:request:trailers', this.#ended);
    unsubscribe('undici:request:error', this.#ended);
    unsubscribe('http.client.request.created', this.#createdHere);
    this.#inFlight.clear();
    this.#byRequest = new WeakMap();
  }

  left(window: Window): Leftover[] {
    this.#sweep();
    const left: Leftover[] = [];
    for (const request of this.#inFlight) {
      if (!window.includes(request)) continue;
      const subject = request.weak.deref();
      if (!subject) continue;
      const { isAnswered, ...birth } = request;
      const ofNode = birth.type === 'ClientRequest' ? (subject as ClientRequest) : undefined;
      const response = ofNode && responseOf(ofNode);
      const answered = isAnswered || response !== undefined;
      left.push({
        ...birth,
        kind: 'request',
        evidence: 'alive',
        subject,
        // the program waits for the response in place of the request
        parts: response ? [response] : [],
        isOpen: () => {
          const again = request.weak.deref();
          return again !== undefined && !isRequestOver(again);
        },
        facts: () => ({
          answered,
          ...(response && isRead(response) && { read: true }),
          ...(ofNode && timeoutOf(ofNode)),
        }),
        asCause,
      });
    }
    return left;
  }

  /** Reads all stacks, which hold the requests under construction. */
  letGo(): void {
    for (const { capture } of this.#inFlight) void capture.frames;
  }

  /** Drops requests that are over or collected: `node:http` announces no end. */
  #sweep(): void {
    for (const request of this.#inFlight) {
      const subject = request.weak.deref();
      if (!subject || isRequestOver(subject)) this.#inFlight.delete(request);
    }
    this.#sweepAt = Math.max(100, this.#inFlight.size * 2);
  }
}

/** Returns the request in a message of a diagnostics channel. */
export function requestOf(message: unknown): object | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  return typeof message.request === 'object' && message.request !== null ? message.request : undefined;
}

/** Returns the response of a `node:http` request; no diagnostics channel says that it has come. */
function responseOf(request: ClientRequest): IncomingMessage | undefined {
  const response = 'res' in request ? request.res : undefined;
  return response ? (response as IncomingMessage) : undefined;
}

/** Reports whether the program has begun to read a response of `node:http`, also if it stopped since. */
function isRead(response: IncomingMessage): boolean {
  return response.readableFlowing !== null || response.listenerCount('readable') > 0;
}

/** Returns the time limit of a `node:http` request, which emits an event and ends nothing. */
function timeoutOf(request: ClientRequest): Facts {
  const timeout: unknown = 'timeout' in request ? request.timeout : undefined;
  if (typeof timeout !== 'number' || timeout <= 0) return {};
  return { timeout, timeoutHeard: request.listenerCount('timeout') > 0 };
}

/** Reports whether a request is over: answered and read, aborted, destroyed or upgraded. */
export function isRequestOver(request: object): boolean {
  if ('onSocket' in request) {
    const { destroyed, closed } = request as ClientRequest;
    return destroyed || closed || ('upgradeOrConnect' in request && request.upgradeOrConnect === true);
  }
  // undici marks requests aborted before they were sent; an upgraded one becomes a socket, which is seen as one
  const aborted = 'aborted' in request && request.aborted === true;
  const completed = 'completed' in request && request.completed === true;
  const upgrade = 'upgrade' in request && Boolean(request.upgrade);
  return aborted || completed || upgrade;
}

/** Names a request `fetch` unless the program called npm's undici. */
const asCause: AsCause = (request) =>
  request.type === 'undici' && !isOfNpmUndici(request.capture) ? { ...request, type: 'fetch' } : request;

/** Reports whether npm's undici was called: it and fetch send through the dispatcher that was there first. */
function isOfNpmUndici({ frames }: Capture): boolean {
  const first = frames.findIndex(({ author }) => author === 'user');
  const asked = frames
    .slice(0, first < 0 ? undefined : first)
    .findLast(({ file }) => file.startsWith('node:internal/deps/undici/') || packageOf(file) === 'undici');
  return asked !== undefined && packageOf(asked.file) === 'undici';
}

/**
 * Reports whether a promise reads a body of fetch or undici.
 *
 * The request settles such a promise, but nothing in memory links the two.
 */
export function isOfABody({ apiFiles, caller }: Capture): boolean {
  if (apiFiles.some((file) => /^node:internal\/(webstreams|deps\/undici)\//.test(file))) return true;
  return caller !== undefined && packageOf(caller.file) === 'undici';
}
