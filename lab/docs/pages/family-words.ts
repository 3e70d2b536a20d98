import type { Family } from '../../contract.ts';

/** Lines that say what leaks in each family. */
export const familyWords: Readonly<Record<Family, string>> = {
  timer: 'an interval, a time-out or a deadline that outlives its work',
  stream: 'a body that no one reads, a pipe whose other end is gone, a lock that is never released',
  waitgroup: 'a lock, a count or a slot that one way out never releases, and its waiters',
  'missing-abort': 'a request or a loop that goes on after its caller has gone',
  'unclosed-server': 'a server, or the connections that keep it open',
  channel: 'a sender or a receiver that waits for ever',
  pool: 'a client, a cursor, a statement or a transaction that is never released',
  listener: 'a listener on an emitter that outlives it',
  watcher: 'a file handle, a descriptor, a file watcher',
  worker: 'a worker, a port, a child process',
  iterator: 'an iterator that is left early, and what its generator holds open',
  socket: 'an agent, a socket, a datagram socket, a name look-up',
  context: 'what an async context, a hook or a closure keeps alive',
  cache: 'a map, a list or a memo that only grows',
  telemetry: 'an exporter, a subscription, a monitor that is never shut down',
};
