/** Visitors by WebSocket, TCP, unix socket and UDP. */
import { createSocket } from 'node:dgram';
import type { NetConnectOpts } from 'node:net';
import { isIPv6 } from 'node:net';
import { WebSocket } from 'ws';
import {
  answerOver,
  endpoint,
  openSocket,
  type Answered,
  type Connection,
  type OpenConnection,
} from './line.ts';

const nothing: Answered = { status: 0, body: '' };

/** Opens `ws://host:port/path` by the upgrade handshake. */
export const openWebSocket: OpenConnection = (url) => {
  const { socket, closed } = openSocket(endpoint(url));
  const answer = answerOver(socket);
  const client = new WebSocket(url, { createConnection: () => socket, perMessageDeflate: false });
  client.on('error', answer.reject);
  client.once('open', () => answer.resolve(nothing));
  return {
    answer: answer.promise,
    begun: () => undefined,
    end: () => client.close(1000),
    destroy: () => socket.destroy(),
    closed,
  };
};

/** Opens `tcp://host:port`. */
export const openTcp: OpenConnection = (url, hangUp) => openStream(endpoint(url), hangUp);

/** Opens `unix:///folder/name.sock`. */
export const openUnix: OpenConnection = (url, hangUp) => {
  if (url.host !== '') throw new Error(`expected three slashes before the path in ${url.href}`);
  return openStream({ path: decodeURIComponent(url.pathname) }, hangUp);
};

function openStream(options: NetConnectOpts, hangUp: boolean): Connection {
  const { socket, closed } = openSocket(options);
  const answer = answerOver(socket);
  if (hangUp) {
    socket.once('data', (chunk: Buffer) => answer.resolve({ status: 0, body: chunk.toString('utf8') }));
  } else {
    // keeps reading: otherwise the visitor would never see that the server has ended
    socket.once('connect', () => {
      socket.resume();
      answer.resolve(nothing);
    });
  }
  return {
    answer: answer.promise,
    begun: () => undefined,
    end: () => socket.end(),
    destroy: () => socket.destroy(),
    closed,
  };
}

/** Opens `udp://host:port`: sends a datagram `ping` and takes the reply as the answer. */
export const openUdp: OpenConnection = (url) => {
  const { host, port } = endpoint(url);
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const answer = Promise.withResolvers<Answered>();
  answer.promise.catch(() => {});
  socket.on('error', answer.reject);
  socket.once('message', (message) => answer.resolve({ status: 0, body: message.toString('utf8') }));
  // connected, so that a closed port is reported (ICMP) and does not look like silence
  socket.connect(port, host, () => {
    socket.send('ping', (error) => {
      if (error) answer.reject(error);
    });
  });
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    socket.close();
    answer.reject(new Error('the socket closed before an answer came'));
  };
  return { answer: answer.promise, begun: () => undefined, end: close, destroy: close, closed };
};
