/** What a random program can acquire: each kind with the line that acquires it and the truth about it. */
import { createSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { closeSync, createReadStream, openSync, watch } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { createServer as createHttpServer, get } from 'node:http';
import { connect, createServer } from 'node:net';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { track, type Evidence, type Kind } from '../../detector/index.ts';
import { upstream } from './upstream.ts';

/** Ends what was acquired. */
export type Release = () => unknown;

/** What the detector has to say of one that is left. */
export interface Truth {
  readonly kind: Kind;
  readonly type: string;
  readonly evidence?: Evidence;
  /** The comment that ends the line to be named, after `here: `. */
  readonly at: string;
}

interface Resource extends Truth {
  acquire(depth: number): Release;
  /** Nobody holds it: there is nothing to release. */
  readonly isDropped?: boolean;
}

const doNothing = (): void => {};
const bus = new EventEmitter().setMaxListeners(0);
const shutdown = new AbortController();
const file = import.meta.filename;

async function waitFor(depth: number, promise: Promise<unknown>): Promise<void> {
  if (depth === 0)
    await promise; // here: wait
  else await waitFor(depth - 1, promise);
}

async function sleepLong(signal: AbortSignal): Promise<void> {
  await sleep(50_000, undefined, { signal }); // here: sleep
}

async function fetchSilent(signal: AbortSignal): Promise<void> {
  await fetch(upstream.url, { signal }); // here: fetch
}

async function waitForEvent(emitter: EventEmitter, signal: AbortSignal): Promise<void> {
  await once(emitter, 'ready', { signal }); // here: once
}

/** Starts work that ends by an abort alone. */
function abortable(work: (signal: AbortSignal) => Promise<void>): Release {
  const controller = new AbortController();
  const working = work(controller.signal).catch(doNothing);
  return async () => {
    controller.abort();
    await working;
  };
}

/** Not `once`, which an error on the way makes fail. */
async function closing(emitter: EventEmitter): Promise<void> {
  await new Promise((resolve) => emitter.on('close', resolve));
}

const listener = { kind: 'listener', evidence: 'attached' } as const;
const wait = { kind: 'await', type: 'async function', at: 'wait' } as const;

export const resources = {
  interval: {
    kind: 'timer',
    type: 'Timeout',
    at: 'interval',
    acquire() {
      const timer = setInterval(doNothing, 1000); // here: interval
      return () => clearInterval(timer);
    },
  },
  idleTimeout: {
    kind: 'timer',
    type: 'Timeout',
    at: 'idle timeout',
    acquire() {
      const timer = setTimeout(doNothing, 50_000).unref(); // here: idle timeout
      return () => clearTimeout(timer);
    },
  },
  sleep: { kind: 'timer', type: 'Timeout', at: 'sleep', acquire: () => abortable(sleepLong) },
  netServer: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'net server',
    acquire() {
      const server = createServer();
      server.listen(0); // here: net server
      return () => server.close();
    },
  },
  httpServer: {
    kind: 'server',
    type: 'TCPSERVERWRAP',
    at: 'http server',
    acquire() {
      const server = createHttpServer();
      server.listen(0, '127.0.0.1'); // here: http server
      return () => server.close();
    },
  },
  datagrams: {
    kind: 'socket',
    type: 'UDPWRAP',
    at: 'datagrams',
    acquire() {
      const socket = createSocket('udp4'); // here: datagrams
      return () => socket.close();
    },
  },
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
  stream: {
    kind: 'fd',
    type: 'fs.open',
    at: 'stream',
    acquire() {
      const stream = createReadStream(file); // here: stream
      return async () => {
        stream.destroy();
        await closing(stream);
      };
    },
  },
  fileHandle: {
    kind: 'fd',
    type: 'FileHandle',
    at: 'file handle',
    acquire() {
      const opening = open(file); // here: file handle
      return async () => (await opening).close();
    },
  },
  descriptor: {
    kind: 'fd',
    type: 'fs.openSync',
    at: 'descriptor',
    acquire() {
      const fd = openSync(file, 'r'); // here: descriptor
      return () => closeSync(fd);
    },
  },
  directory: {
    kind: 'fd',
    type: 'Dir',
    at: 'directory',
    acquire() {
      const opening = opendir(import.meta.dirname); // here: directory
      return async () => (await opening).close();
    },
  },
  watcher: {
    kind: 'watcher',
    type: 'FSEVENTWRAP',
    at: 'watcher',
    acquire() {
      const watcher = watch(import.meta.dirname); // here: watcher
      return () => watcher.close();
    },
  },
  channel: {
    kind: 'port',
    type: 'MESSAGEPORT',
    at: 'channel',
    acquire() {
      const { port1, port2 } = new MessageChannel(); // here: channel
      port2.on('message', doNothing);
      return () => port1.close();
    },
  },
  broadcast: {
    kind: 'port',
    type: 'MESSAGEPORT',
    at: 'broadcast',
    acquire() {
      const channel = new BroadcastChannel('random'); // here: broadcast
      return () => channel.close();
    },
  },
  reader: {
    kind: 'stream',
    type: 'ReadableStream reader',
    at: 'reader',
    acquire() {
      const source = new ReadableStream();
      const reader = source.getReader(); // here: reader
      return async () => reader.cancel();
    },
  },
  busListener: {
    ...listener,
    type: 'EventEmitter',
    at: 'bus',
    acquire() {
      const heard = (): void => {};
      bus.on('message', heard); // here: bus
      return () => bus.off('message', heard);
    },
  },
  signalListener: {
    ...listener,
    type: 'AbortSignal',
    at: 'signal',
    acquire() {
      const stop = (): void => {};
      shutdown.signal.addEventListener('abort', stop); // here: signal
      return () => shutdown.signal.removeEventListener('abort', stop);
    },
  },
  eventWait: {
    ...wait,
    evidence: 'pending',
    at: 'once',
    acquire: () => abortable((signal) => waitForEvent(bus, signal)),
  },
  subscription: {
    ...listener,
    type: 'Channel',
    at: 'subscription',
    acquire() {
      const told = (): void => {};
      subscribe('random', told); // here: subscription
      return () => unsubscribe('random', told);
    },
  },
  observer: {
    ...listener,
    type: 'PerformanceObserver',
    at: 'observer',
    acquire() {
      const observer = new PerformanceObserver(doNothing);
      observer.observe({ entryTypes: ['mark'] }); // here: observer
      return () => observer.disconnect();
    },
  },
  lease: {
    kind: 'lease',
    type: 'permit',
    at: 'lease',
    acquire() {
      const permit = track('permit'); // here: lease
      return () => permit.release();
    },
  },
  heldWait: {
    ...wait,
    evidence: 'pending',
    acquire(depth) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void waitFor(depth, promise);
      return resolve;
    },
  },
  droppedWait: {
    ...wait,
    evidence: 'unreachable',
    isDropped: true,
    acquire(depth) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void waitFor(depth, promise);
      return resolve;
    },
  },
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof resources;
export const resourceNames = Object.keys(resources) as ResourceName[];

/** As the record has them all: with what not each of them says. */
export function resource(name: ResourceName): Resource {
  return resources[name];
}
