import { Server } from 'node:net';
import type { Facts } from '../../finding.ts';
import type { Birth, Leftover, Window } from '../probe.ts';
import type { Capture } from '../../origin/capture.ts';
import { serverOf, type Connections } from './connections.ts';
import { holdsSocket } from './pools.ts';

interface ServerHandle extends Birth {
  readonly type: string;
  readonly capture: Capture;
}

/**
 * Servers, with the connections they have accepted.
 *
 * `close()` gives the handle back at once and then waits for the connections; until the last one has
 * gone the server is not closed, though no handle of its own is left.
 */
export class Servers {
  readonly #closing = new Map<Server, ServerHandle>();

  /** A server whose handle is gone. */
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
          ...leftover(server, handle, count, 'closing'),
          parts: connections().partsOf(server),
          // one that was accepted before we watched has an end that nobody knows
          ...(otherEnds?.length === count && { isKeptBy: (others) => areHeld(otherEnds, others) }),
        });
      }
    }
    return left;
  }

  /** Whether a server has accepted the socket; that of a server which is older than the scope is not reported. */
  owns(socket: object): boolean {
    return serverOf(socket) !== undefined;
  }
}

/**
 * Reports whether requests and agents that are left themselves have the other ends: when these let go of them, the
 * server is done. Of two plain sockets either may be the one that had to end.
 */
function areHeld(otherEnds: readonly object[], others: readonly Leftover[]): boolean {
  return (
    otherEnds.length > 0 &&
    otherEnds.every((end) => others.some(({ subject }) => subject && holdsSocket(subject, end)))
  );
}

function leftover(
  server: object | undefined,
  handle: ServerHandle,
  connections: number,
  state: 'listening' | 'closing',
): Leftover {
  return {
    kind: 'server',
    type: handle.type,
    capture: handle.capture,
    owner: handle.owner,
    serial: handle.serial,
    evidence: 'alive',
    ...(server && { subject: server }),
    facts: () => ({ ...addressOf(server), closing: state === 'closing', connections }),
  };
}

function addressOf(server: object | undefined): Facts {
  const address = server instanceof Server ? server.address() : null;
  if (address === null) return {};
  return typeof address === 'string' ? { path: address } : { port: address.port, host: address.address };
}

/** Not `getConnections`, which answers asynchronously. */
function countOf(server: Server): number {
  return '_connections' in server && typeof server._connections === 'number' ? server._connections : 0;
}
