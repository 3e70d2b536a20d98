import { Server, Socket } from '../../engine/net.ts';
import { Map } from '../../engine/intrinsics.ts';

/** The sockets of this process, by the server that accepted them and by the connection that they are ends of. */
export class Connections {
  readonly #accepted = new Map<object, Socket[]>();
  readonly #connected = new Map<string, Socket>();

  /** @param sockets all open sockets */
  constructor(sockets: Iterable<object>) {
    for (const socket of sockets) {
      if (!(socket instanceof Socket)) continue;
      const server = serverOf(socket);
      if (!server) {
        this.#connected.set(`${socket.localPort} to ${socket.remotePort}`, socket);
        continue;
      }
      const accepted = this.#accepted.get(server) ?? [];
      this.#accepted.set(server, accepted);
      accepted.push(socket);
    }
  }

  /** Returns what a server's handlers may wait for: its connections, and the messages read and written on them. */
  partsOf(server: object): object[] {
    return this.acceptedBy(server).flatMap((socket) => {
      const incoming = ownObject(ownObject(socket, 'parser'), 'incoming');
      const outgoing = ownObject(socket, '_httpMessage');
      return [socket, incoming, outgoing].filter((each) => each !== undefined);
    });
  }

  /** Returns the other ends of a server's connections; undefined if one is in another process or unknown. */
  otherEnds(server: Server): Socket[] | undefined {
    const ends: Socket[] = [];
    for (const { remotePort, localPort } of this.acceptedBy(server)) {
      const end = remotePort === undefined ? undefined : this.#connected.get(`${remotePort} to ${localPort}`);
      if (!end) return undefined;
      ends.push(end);
    }
    return ends;
  }

  /** Returns the open sockets that a server has accepted. */
  acceptedBy(server: object): readonly Socket[] {
    return this.#accepted.get(server) ?? [];
  }
}

/** Returns the server that has accepted a socket. */
export function serverOf(socket: object): Server | undefined {
  return socket instanceof Socket && 'server' in socket && socket.server instanceof Server
    ? socket.server
    : undefined;
}

/** Returns an object that Node keeps in an own property; there is no public way to ask. */
function ownObject(holder: object | undefined, name: string): object | undefined {
  const value: unknown = holder && Object.getOwnPropertyDescriptor(holder, name)?.value;
  return typeof value === 'object' && value !== null ? value : undefined;
}
