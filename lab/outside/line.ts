/** A visitor's connection, whatever its scheme. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** What a visitor got of an answer. */
export interface Answered {
  /** The status of an HTTP answer, 0 for other schemes. */
  readonly status: number;
  readonly body: string;
}

export interface Connection {
  /** The answer; rejects if the connection fails or ends before it has come. */
  readonly answer: Promise<Answered>;
  /** What has come of an answer that has begun and not ended. */
  begun(): Answered | undefined;
  /** Ends it as a polite client does; the peer may have its part in that. */
  end(): void;
  /** Destroys it, whatever the peer does. */
  destroy(): void;
  /** Resolves when it is closed at this end; never rejects. */
  readonly closed: Promise<void>;
}

/** Opens a connection. With `hangUp` the answer is there with its first bytes, and nothing of a body is read. */
export type OpenConnection = (url: URL, hangUp: boolean) => Connection;

/** A connection of our own, so that nobody's pool has a say in when it closes. */
export function openSocket(options: NetConnectOpts): { socket: Socket; closed: Promise<void> } {
  const socket = connect(options);
  socket.on('error', () => {});
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

/** The promise of an answer, and the rejection that follows when the socket closes first. */
export function answerOver(socket: Socket): PromiseWithResolvers<Answered> {
  const answer = Promise.withResolvers<Answered>();
  answer.promise.catch(() => {});
  socket.once('error', answer.reject);
  socket.once('close', () => answer.reject(incomplete()));
  return answer;
}

/** Why there is no answer when nobody gave an error. */
export function incomplete(): Error {
  return new Error('the connection closed before the answer was complete');
}

/** Host and port of a URL. */
export function endpoint(url: URL): { host: string; port: number } {
  // URL drops a port that is the scheme's default.
  const port = url.port || (url.protocol === 'http:' || url.protocol === 'ws:' ? '80' : '');
  // Brackets are the URL's way to write an IPv6 address, not the resolver's.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || port === '') throw new Error(`expected a host and a port in ${url.href}`);
  return { host, port: Number(port) };
}
