/** Visitors of a run: connections from outside to the servers of a program. */
import type { Manner } from '../contract.ts';
import { openHttp, openHttp2 } from './http-lines.ts';
import type { Answered, Connection, OpenConnection } from './line.ts';
import { messageOf } from '../shared/error-message.ts';
import { openTcp, openUdp, openUnix, openWebSocket } from './socket-lines.ts';

/** Time that a visitor waits for an answer, in ms. */
const answerLimit = 5_000;
/** Time that a leaving visitor gives the peer to close as well, in ms, before it closes alone. */
const farewell = 500;

const schemes: Readonly<Record<string, OpenConnection>> = {
  'http:': openHttp,
  'http2:': openHttp2,
  'ws:': openWebSocket,
  'tcp:': openTcp,
  'unix:': openUnix,
  'udp:': openUdp,
};

/** Visits by number, so that a program can name a visit over IPC. */
export interface Visitors {
  /** Visits a URL. @throws if the URL can't be visited, no answer comes within 5 s, or the run closes */
  visit(url: string, manner: Manner): Promise<Answered & { visit: number }>;
  /** Resolves when that visitor's connection is closed, even if it was closed before. */
  leave(visit: number): Promise<void>;
  /** Destroys every visitor's connection; resolves when all are closed. */
  close(): Promise<void>;
}

export function createVisitors(): Visitors {
  const connections = new Map<number, Connection>();
  let visits = 0;
  let closing = false;

  return {
    visit: async (url, manner) => {
      const visit = ++visits;
      try {
        if (closing) throw new Error('the run is closed');
        const connection = openConnection(url, manner === 'hangs-up');
        connections.set(visit, connection);
        void connection.closed.then(() => connections.delete(visit));
        return { visit, ...(await meet(connection, manner)) };
      } catch (error) {
        const reason = closing ? 'the run is closed' : messageOf(error);
        throw new Error(`visit to ${url} failed: ${reason}`, { cause: error });
      }
    },
    leave: async (visit) => {
      const connection = connections.get(visit);
      if (connection !== undefined) await leave(connection);
    },
    close: async () => {
      closing = true;
      const closed = [...connections.values()].map((connection) => {
        connection.destroy();
        return connection.closed;
      });
      await Promise.all(closed);
    },
  };
}

function openConnection(url: string, hangUp: boolean): Connection {
  if (!URL.canParse(url)) throw new Error('not a URL');
  const parsed = new URL(url);
  const open = schemes[parsed.protocol];
  if (open === undefined) {
    throw new Error(`unknown scheme ${parsed.protocol} (there are ${Object.keys(schemes).join(' ')})`);
  }
  return open(parsed, hangUp);
}

async function meet(connection: Connection, manner: Manner): Promise<Answered> {
  try {
    const answered = await withinLimit(connection);
    if (manner === 'leaves') await leave(connection);
    if (manner === 'hangs-up') {
      connection.destroy();
      await connection.closed;
    }
    return answered;
  } catch (error) {
    connection.destroy();
    await connection.closed;
    throw error;
  }
}

/** Returns the answer, or the first part of an endless one. */
async function withinLimit(connection: Connection): Promise<Answered> {
  const { promise: limit, resolve, reject } = Promise.withResolvers<Answered>();
  const timer = setTimeout(() => {
    const begun = connection.begun();
    if (begun === undefined) reject(new Error(`no answer within ${answerLimit / 1000} s`));
    else resolve(begun);
  }, answerLimit);
  try {
    return await Promise.race([connection.answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function leave(connection: Connection): Promise<void> {
  connection.end();
  const timer = setTimeout(() => connection.destroy(), farewell);
  await connection.closed;
  clearTimeout(timer);
}
