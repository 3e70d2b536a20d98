import { Server } from '../../engine/net.ts';
import { Map } from '../../engine/intrinsics.ts';
import type { Facts } from '../../finding.ts';
import type { Birth, Leftover, Window } from '../probe.ts';
import type { Capture } from '../../origin/capture.ts';
import { isWithin, type Owner } from '../../origin/owner.ts';
import { serverOf, type Connections } from './connections.ts';
import { holdsSocket } from './pools.ts';
import { isTakenOver } from './taken-over.ts';

interface ServerHandle extends Birth {
  readonly type: string;
  readonly capture: Capture;
}

/**
 * The servers, with the connections that they accepted.
 *
 * `close()` gives the handle back at once and then waits for the connections. Until the last one ends, the server is
 * not closed, though it has no handle.
 */
export class Servers {
  readonly #closing = new Map<Server, ServerHandle>();

  /** Notes a server whose handle is gone. */
  closing(server: object | undefined, handle: ServerHandle): void {
    if (server instanceof Server) this.#closing.set(server, handle);
  }

  open(server: object | undefined, handle: ServerHandle, connections: () => Connections): Leftover {
    const count = server instanceof Server ? countOf(server) : 0;
    return {
      ...leftover(server, handle, count, 'listening'),
      ...(server && count > 0 && { parts: connections().partsOf(server) }),
    };
  }

  unfinished(window: Window, connections: () => Connections): Leftover[] {
    const left: Leftover[] = [];
    for (const [server, handle] of this.#closing) {
      const count = countOf(server);
      if (count === 0) this.#closing.delete(server);
      else if (!server.listening && window.includes(handle)) {
        const otherEnds = connections().otherEnds(server);
        left.push({
          ...leftover(server, handle, count, 'closing', {
            protocol: protocolOf(server),
            ...upgradedIn(connections().acceptedBy(server)),
          }),
          parts: connections().partsOf(server),
          isKeptBy: (others) =>
            areTaken(server, count, others) ||
            // the other end of a connection accepted before the watch is unknown
            (otherEnds?.length === count && areHeld(otherEnds, others, handle.owner)),
        });
      }
    }
    return left;
  }

  /** Reports whether a server accepted the socket: the server is the finding, or is older than the scope. */
  owns(socket: object): boolean {
    return serverOf(socket) !== undefined;
  }
}

/** Reports whether all connections of a server are leaks of the listeners that took them over. */
function areTaken(server: Server, count: number, others: readonly Leftover[]): boolean {
  const taken = others.filter(
    ({ kind, subject }) => kind === 'socket' && subject && serverOf(subject) === server,
  );
  return count > 0 && taken.length >= count;
}

/**
 * Reports whether leaked requests and agents hold the other ends: the server closes when they let go.
 *
 * A plain socket at the other end explains nothing in one scope: either end may be the one that had to close. A
 * server that a file closes waits for the sockets that its tests left open.
 */
function areHeld(
  otherEnds: readonly object[],
  others: readonly Leftover[],
  ofServer: Owner | undefined,
): boolean {
  const isCause = ({ subject, kind, owner }: Leftover, end: object): boolean =>
    subject !== undefined &&
    (holdsSocket(subject, end) || (kind === 'socket' && subject === end && isOfAnother(owner, ofServer)));
  return otherEnds.length > 0 && otherEnds.every((end) => others.some((other) => isCause(other, end)));
}

/** Reports whether a test owns a socket, and the server at its other end is the file's or another test's. */
function isOfAnother(owner: Owner | undefined, ofServer: Owner | undefined): boolean {
  return owner !== undefined && owner.isRunner !== true && !isWithin(ofServer, owner);
}

function leftover(
  server: object | undefined,
  handle: ServerHandle,
  connections: number,
  state: 'listening' | 'closing',
  more: Facts = {},
): Leftover {
  return {
    kind: 'server',
    type: handle.type,
    capture: handle.capture,
    owner: handle.owner,
    serial: handle.serial,
    evidence: 'alive',
    ...(server && { subject: server }),
    facts: () => ({ ...addressOf(server), closing: state === 'closing', connections, ...more }),
  };
}

function upgradedIn(sockets: readonly object[]): Facts {
  const upgraded = sockets.filter(isTakenOver).length;
  return upgraded > 0 ? { upgraded } : {};
}

/** Returns the protocol of a server, by the methods that end its connections. */
function protocolOf(server: Server): NonNullable<Facts['protocol']> {
  if ('closeAllConnections' in server) return 'http';
  return 'updateSettings' in server ? 'http2' : 'other';
}

function addressOf(server: object | undefined): Facts {
  const address = server instanceof Server ? server.address() : null;
  if (address === null) return {};
  return typeof address === 'string' ? { path: address } : { port: address.port, host: address.address };
}

/** Returns the number of a server's connections; `getConnections` would answer asynchronously. */
function countOf(server: Server): number {
  return '_connections' in server && typeof server._connections === 'number' ? server._connections : 0;
}
