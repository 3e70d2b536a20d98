import { Agent, get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { Pool } from 'undici';
import { abortable, closing, doNothing, type Resources } from '../resource.ts';
import { answering, upstream } from '../upstream.ts';

async function fetchSilent(signal: AbortSignal): Promise<void> {
  await fetch(upstream.url, { signal }); // here: fetch
}

const unread = new Set<Response>();

async function fetchUnread(signal: AbortSignal): Promise<void> {
  unread.add(await fetch(answering.url, { signal })); // here: unread body
}

export const clients = {
  connection: {
    kind: 'socket',
    type: 'TCPWRAP',
    at: 'connection',
    acquire() {
      const socket = connect(upstream.port, '127.0.0.1'); // here: connection
      return async () => {
        socket.destroy();
        await closing(socket);
      };
    },
  },
  fetch: { kind: 'request', type: 'fetch', at: 'fetch', acquire: () => abortable(fetchSilent) },
  clientRequest: {
    kind: 'request',
    type: 'ClientRequest',
    at: 'client request',
    acquire() {
      const request = get(upstream.url, { agent: false }); // here: client request
      request.on('error', doNothing);
      return async () => {
        request.destroy();
        await closing(request);
      };
    },
  },
  unreadBody: { kind: 'request', type: 'fetch', at: 'unread body', acquire: () => abortable(fetchUnread) },
  http2Session: {
    kind: 'socket',
    type: 'TCPWRAP',
    at: 'http2 session',
    acquire() {
      const session = connectHttp2(upstream.url); // here: http2 session
      session.on('error', doNothing);
      return async () => {
        session.destroy();
        await closing(session);
      };
    },
  },
  idleAgent: {
    kind: 'socket',
    type: 'Agent',
    at: 'idle agent',
    acquire() {
      const agent = new Agent({ keepAlive: true }); // here: idle agent
      const request = get(answering.smallUrl, { agent }, (response) => response.resume());
      request.on('error', doNothing);
      const closed = closing(request);
      return async () => {
        await closed;
        agent.destroy();
      };
    },
  },
  idlePool: {
    kind: 'socket',
    type: 'Pool',
    at: 'idle pool',
    acquire() {
      const pool = new Pool(answering.origin, { connections: 1 }); // here: idle pool
      const asked = pool
        .request({ path: '/small', method: 'GET' })
        .then(({ body }) => body.dump())
        .catch(doNothing);
      return async () => {
        await asked;
        await pool.destroy();
      };
    },
  },
} as const satisfies Resources;
