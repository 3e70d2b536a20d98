import { Socket, type Server } from '../../engine/net.ts';
import type { Facts } from '../../finding.ts';
import { Capture } from '../../origin/capture.ts';
import { placeOfFunction } from '../../origin/function-place.ts';
import type { Leftover } from '../probe.ts';
import { serverOf } from './connections.ts';

/** The events by which an HTTP server hands a socket over for good. */
export type TakeOver = 'upgrade' | 'connect';
const events: readonly TakeOver[] = ['upgrade', 'connect'];

/** Reports whether an HTTP server has handed a socket over: Node takes its parser away, and forgets the socket. */
export function isTakenOver(socket: object): boolean {
  const server = serverOf(socket);
  if (!server || !isHttp(server) || ('destroyed' in socket && socket.destroyed === true)) return false;
  return Object.getOwnPropertyDescriptor(socket, 'parser')?.value === null;
}

/** Reports whether a server is `node:http`'s, whose classes would cost a program that has no use for them. */
function isHttp(server: Server): boolean {
  return 'closeIdleConnections' in server && !('getTicketKeys' in server);
}

/** Returns the parts of a leftover for a socket that its taker keeps although the other side has ended it. */
export function keptByTaker(socket: object): Partial<Leftover> | undefined {
  if (!isTakenOver(socket) || !hasEndedThere(socket as Socket)) return undefined;
  const server = serverOf(socket) as Server;
  // which of several was given the socket is unknown
  const [taker, ...others] = takersOf(server);
  const isKnown = taker && others.every(({ event }) => event === taker.event);
  return {
    subject: socket,
    ...(taker && { capture: taker.capture, related: others.map(({ capture }) => capture) }),
    // a server that listens is the finding, with all its connections
    isKeptBy: (all) => server.listening && all.some(({ subject }) => subject === server),
    facts: () => ({ endedThere: true, ...(isKnown && { event: taker.event }) }),
  };
}

interface Taker {
  readonly event: TakeOver;
  readonly capture: Capture;
}

/** Returns the listeners of the program that take sockets over, or else those of packages. */
function takersOf(server: Server): readonly Taker[] {
  const takers = events.flatMap((event) =>
    linesOf(server, event).map((capture) => ({ event, capture, author: capture.frames[0]?.author })),
  );
  const theUsers = takers.filter(({ author }) => author === 'user');
  return theUsers.length > 0 ? theUsers : takers.filter(({ author }) => author === 'package');
}

/** Returns the places where the listeners of an event are written. */
export function linesOf(server: Server, event: string): Capture[] {
  return server.listeners(event).flatMap((listener) => {
    const frame = placeOfFunction(listener);
    return frame ? [Capture.of([frame])] : [];
  });
}

/** Returns which of its two sides has ended a connection. */
export function factsOfSocket(socket: object): Facts {
  if (!(socket instanceof Socket)) return {};
  const [here, there] = [socket.writableEnded, hasEndedThere(socket)];
  return { ...(here && { endedHere: true }), ...(there && { endedThere: true }) };
}

/** Reports whether the other side has ended a connection; its end may wait unread in the socket. */
export function hasEndedThere(socket: Socket): boolean {
  const state: unknown = '_readableState' in socket ? socket._readableState : undefined;
  return typeof state === 'object' && state !== null && 'ended' in state && state.ended === true;
}
