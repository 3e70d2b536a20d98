import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage } from 'node:http';
import type { Causes } from '../origin/scheduled-by.ts';
import { packageOf } from '../origin/frame.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { AsCause, Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture } from '../origin/capture.ts';

interface Request extends Birth {
  readonly type: 'fetch' | 'undici' | 'ClientRequest';
  readonly capture: Capture;
  /** Its headers have come. */
  isAnswered: boolean;
}

const depth = 40;

/**
 * Requests in flight: built-in fetch, npm undici, node:http. In flight is also what has its headers
 * and a body that nobody reads to the end.
 *
 * Sees them from Node's and undici's diagnostics channels, with the user's line. Does not see requests
 * of clients that speak over a socket themselves, and no small unread body that undici has read to the
 * end on its own: then nothing is held.
 */
export class RequestProbe implements Probe {
  readonly name = 'requests';
  readonly allowance = new StackAllowance(300, 0.2);
  /** In the order they were made; held strongly, and dropped soon after they end. */
  readonly #inFlight = new Map<object, Request>();
  readonly #causes: Causes;
  #sweepAt = 100;

  /** @param causes who scheduled what */
  constructor(causes: Causes) {
    this.#causes = causes;
  }

  readonly #created = (message: unknown): void => {
    // without a stack it is known by its busy socket
    if (!this.allowance.take()) return;
    const request = requestOf(message);
    if (!request) return;
    const capture = new Capture(depth, this.#causes.current(), this.#created);
    const type = request instanceof ClientRequest ? 'ClientRequest' : 'undici';
    this.#inFlight.set(request, {
      type,
      capture,
      serial: nextSerial(),
      owner: currentOwner(),
      isAnswered: false,
    });
    if (this.#inFlight.size > this.#sweepAt) this.#sweep();
  };

  readonly #answered = (message: unknown): void => {
    const request = requestOf(message);
    const known = request && this.#inFlight.get(request);
    if (known) known.isAnswered = true;
  };

  readonly #ended = (message: unknown): void => {
    const request = requestOf(message);
    if (request) this.#inFlight.delete(request);
  };

  start(): void {
    subscribe('undici:request:create', this.#created);
    subscribe('undici:request:headers', this.#answered);
    subscribe('undici:request:trailers', this.#ended);
    subscribe('undici:request:error', this.#ended);
    subscribe('http.client.request.created', this.#created);
  }

  stop(): void {
    unsubscribe('undici:request:create', this.#created);
    unsubscribe('undici:request:headers', this.#answered);
    unsubscribe('undici:request:trailers', this.#ended);
    unsubscribe('undici:request:error', this.#ended);
    unsubscribe('http.client.request.created', this.#created);
    this.#inFlight.clear();
  }

  left(window: Window): Leftover[] {
    this.#sweep();
    const left: Leftover[] = [];
    for (const [subject, request] of this.#inFlight) {
      if (!window.includes(request)) continue;
      const { isAnswered, ...birth } = request;
      const answered = isAnswered || hasResponse(subject);
      left.push({
        ...birth,
        kind: 'request',
        evidence: 'alive',
        subject,
        parts: partsOf(subject),
        facts: () => ({ answered }),
        asCause,
      });
    }
    return left;
  }

  /** `node:http` announces no end: ask. */
  #sweep(): void {
    for (const request of this.#inFlight.keys()) if (isOver(request)) this.#inFlight.delete(request);
    this.#sweepAt = Math.max(100, this.#inFlight.size * 2);
  }
}

function requestOf(message: unknown): object | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  return typeof message.request === 'object' && message.request !== null ? message.request : undefined;
}

/** `node:http` tells of it nowhere else. */
function hasResponse(request: object): boolean {
  return request instanceof ClientRequest && 'res' in request && Boolean(request.res);
}

function isOver(request: object): boolean {
  if (request instanceof ClientRequest) {
    const upgraded = 'upgradeOrConnect' in request && request.upgradeOrConnect === true;
    return request.destroyed || request.closed || upgraded;
  }
  // undici marks what was aborted before it was sent; an upgraded one leaves a socket, which is seen as such
  const aborted = 'aborted' in request && request.aborted === true;
  const completed = 'completed' in request && request.completed === true;
  const upgrade = 'upgrade' in request && Boolean(request.upgrade);
  return aborted || completed || upgrade;
}

/** Node's client answers through its response. */
function partsOf(request: object): object[] {
  const hasMessage =
    request instanceof ClientRequest && 'res' in request && request.res instanceof IncomingMessage;
  return hasMessage ? [request.res as IncomingMessage] : [];
}

/** Names a request by whose function the program has called, npm undici's or Node's. */
const asCause: AsCause = (request) =>
  request.type === 'undici' && !isOfNpmUndici(request.capture) ? { ...request, type: 'fetch' } : request;

/** Each of both sends through the dispatcher of the other, if that was there first. */
function isOfNpmUndici({ frames }: Capture): boolean {
  const first = frames.findIndex(({ author }) => author === 'user');
  const asked = frames
    .slice(0, first < 0 ? undefined : first)
    .findLast(({ file }) => file.startsWith('node:internal/deps/undici/') || packageOf(file) === 'undici');
  return asked !== undefined && packageOf(asked.file) === 'undici';
}

/**
 * Reports whether a promise is one that reads a body of fetch or undici: the request settles it, and no line leads
 * from one to the other.
 */
export function isOfABody({ apiFiles, caller }: Capture): boolean {
  if (apiFiles.some((file) => /^node:internal\/(webstreams|deps\/undici)\//.test(file))) return true;
  return caller !== undefined && packageOf(caller.file) === 'undici';
}
