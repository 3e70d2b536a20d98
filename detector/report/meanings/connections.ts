/** Meanings of servers, sockets and requests. */
import { has, is, type MeaningRule } from './rule.ts';

export const serverMeanings: readonly MeaningRule[] = [
  {
    when: has(({ heldBy }) => heldBy !== undefined),
    why: 'a server that was handed over accepts connections until its receiver closes it, whatever is closed here',
    fix: 'call close() on the server in the thread or process that received it',
  },
  {
    when: has(({ closing, upgraded = 0, connections }) => closing === true && upgraded === connections),
    why: "close() and closeAllConnections() know nothing of sockets that a listener for 'upgrade' or 'connect' was given",
    fix: "keep the sockets that the listener for 'upgrade' or 'connect' is given, and call destroy() on each with close()",
  },
  {
    when: has(({ closing, upgraded = 0 }) => closing === true && upgraded > 0),
    why: "close() waits for all connections, and closeAllConnections() skips those that a listener for 'upgrade' or 'connect' was given",
    fix: "call closeAllConnections() after close(), and destroy() on each socket that the listener for 'upgrade' or 'connect' was given",
  },
  {
    when: has(({ closing, protocol }) => closing === true && protocol === 'http'),
    why: 'close() only refuses new connections: the server stays open until the present ones have ended',
    fix: 'call closeAllConnections() on the server after close()',
  },
  {
    when: has(({ closing, protocol }) => closing === true && protocol === 'http2'),
    why: 'close() only refuses new sessions: the server stays open until the present ones have ended',
    fix: "keep the sessions of the server's 'session' event, and call destroy() on each with close()",
  },
  {
    when: has(({ closing }) => closing === true),
    why: 'close() only refuses new connections: the server stays open until the present ones have ended',
    fix: "keep the sockets of the server's 'connection' event, and call destroy() on each with close()",
  },
  {
    when: has(({ closing }) => closing === false),
    why: 'a listening server accepts connections until close() is called',
    fix: 'call close() on the server, and wait for its callback',
  },
  { why: 'a server stays open until it is closed and its connections have ended' },
];

export const socketMeanings: readonly MeaningRule[] = [
  {
    when: is('UDPWRAP'),
    why: 'a datagram socket stays bound and receives until close() is called',
    fix: 'call close() on the socket',
  },
  {
    when: has(({ idleConnections }) => idleConnections !== undefined),
    why: 'a pool or agent keeps idle connections open for a next request',
    fix: 'call close() on the pool, or destroy() on the agent, after its last request',
  },
  {
    when: has(({ heldBy }) => heldBy !== undefined),
    why: 'a connection that was handed over stays open until its receiver ends it, although the other side has',
    fix: 'call destroy() on the socket in the thread or process that received it',
  },
  {
    when: has(({ event }) => event !== undefined),
    why: 'the server no longer looks after the socket: it stays open, although the other side has ended it, until the listener that was given it ends it',
    fix: 'call destroy() on the socket on every path of the listener',
  },
  {
    when: has(({ endedHere, endedThere }) => endedHere === true && endedThere !== true),
    why: 'end() closes one direction only, and the socket stays open until the other side ends the connection too',
    fix: 'call destroy() on the socket once its data is written, or have the other side end the connection',
  },
  {
    when: has(({ endedThere }) => endedThere === true),
    why: 'the other side has ended the connection, but what it sent has not been read to the end, or this side has not ended',
    fix: 'call destroy() on the socket when it is no longer needed',
  },
  {
    when: is('TCPWRAP', 'PIPEWRAP'),
    why: 'a connection stays open until both sides have ended it or one side destroys it',
    fix: 'call destroy() on the socket when the work ends; end() alone waits for the other side',
  },
  { why: 'a socket stays open until it is closed' },
];

export const requestMeanings: readonly MeaningRule[] = [
  {
    when: has(({ answered }, type) => answered === true && type !== 'ClientRequest'),
    why: 'the response has arrived, but holds its connection until its body is read to the end or cancelled',
    fix: 'read the body to its end, or call body.cancel() (fetch) or body.dump() (undici); a signal ends a body that stalls',
  },
  {
    when: has(({ answered }, type) => answered === false && type !== 'ClientRequest'),
    why: 'no response has arrived, and the request waits until one does, it times out or it is aborted',
    fix: 'pass a signal that ends the request: AbortSignal.timeout(ms), or one that you abort when the answer is no longer needed',
  },
  {
    when: is('fetch', 'undici'),
    why: 'a request holds its connection until its body is read to the end, cancelled or aborted',
    fix: 'read the body to its end or cancel it, and pass a signal that you abort when the answer is no longer needed',
  },
  {
    when: has(({ answered, read }) => answered === true && read === true),
    why: 'the program began to read the response, and it holds its connection until it ends or is destroyed',
    fix: 'call destroy() on the request when its response is no longer read, as stream.pipeline() does with the response',
  },
  {
    when: has(({ answered }) => answered === true),
    why: 'the response has arrived, but holds its connection until it is read to the end or destroyed',
    fix: 'read the response or call resume() on it, even if you only need its status',
  },
  {
    when: has(
      ({ answered, timeout, timeoutHeard }) => answered === false && timeout !== undefined && !timeoutHeard,
    ),
    why: "no response has arrived, and a timeout ends no request: it only emits 'timeout', to which nothing listens",
    fix: "listen to the request's 'timeout', and call destroy() on the request there",
  },
  {
    when: has(({ answered, timeout }) => answered === false && timeout !== undefined),
    why: "no response has arrived, and the listener for 'timeout' has not ended the request",
    fix: "call destroy() on the request in its listener for 'timeout', and when the answer is no longer needed",
  },
  {
    when: has(({ answered }) => answered === false),
    why: 'no response has arrived, and the request waits until one does or destroy() is called',
    fix: 'pass a signal such as AbortSignal.timeout(ms), and call destroy() on the request when the answer is no longer needed',
  },
  {
    when: is('ClientRequest'),
    why: 'a request holds its connection until its response is read to the end or destroy() is called',
    fix: 'read the response or call resume() on it; call destroy() on the request when the answer is no longer needed',
  },
  {
    when: is('GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'QUERYWRAP'),
    why: 'a DNS query is pending until it is answered, times out or is cancelled',
  },
  {
    when: is('FSREQCALLBACK', 'FSREQPROMISE'),
    why: 'the file operation has not finished, as on a pipe without a writer, and it blocks one of the few threads that files and DNS look-ups share',
    fix: 'open pipes and devices with O_NONBLOCK, read them through a net.Socket, and call destroy() on it',
  },
  { why: 'a request is in flight until it is answered or aborted' },
];
