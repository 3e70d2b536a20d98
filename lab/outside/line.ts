/** Connection of a visitor, whatever its scheme. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** The part of an answer that a visitor got. */
export interface Answered {
  /** The status of an HTTP answer, 0 for other schemes. */
  readonly status: number;
  readonly body: string;
}

export interface Connection {
  /** Rejects if the connection fails or ends before the answer is complete. */
  readonly answer: Promise<Answered>;
  /** Returns the part that has come of an answer that has begun and not ended. */
  begun(): Answered | undefined;
  /** Ends the connection as a polite client does; the peer may take part. */
  end(): void;
  /** Destroys the connection, whatever the peer does. */
  destroy(): void;
  /** Resolves when this end is closed; never rejects. */
  readonly closed: Promise<void>;
}

/** Function that opens a connection. With `hangUp` the answer resolves at its first bytes, and no body is read. */
export type OpenConnection = (url: URL, hangUp: boolean) => Connection;

/** Connects without a pool, which would have a say in when the socket closes. */
export function openSocket(options: NetConnectOpts): { socket: Socket; closed: Promise<void> } {
  const socket = connect(options);
  socket.on('error', () => {});
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

/** Returns the promise of an answer, rejected if the socket closes first. */
export function answerOver(socket: Socket): PromiseWithResolvers<Answered> {
  const answer = Promise.withResolvers<Answered>();
  answer.promise.catch(() => {});
  socket.once('error', answer.reject);
  socket.once('close', () => answer.reject(incomplete()));
  return answer;
}

/** Returns the reason for an answer that ended without an error. */
export function incomplete(): Error {
  return new Error('the connection closed before the answer was complete');
}

/** Returns the host and port of a URL. */
export function endpoint(url: URL): { host: string; port: number } {
  // URL drops a port that is the scheme's default
  const port = url.port || (url.protocol === 'http:' || url.protocol === 'ws:' ? '80' : '');
  // a URL writes an IPv6 address in brackets, which the resolver does not take
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || port === '') throw new Error(`expected a host and a port in ${url.href}`);
  return { host, port: Number(port) };
}
