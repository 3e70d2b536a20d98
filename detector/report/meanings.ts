import type { Finding } from '../finding.ts';
import type { Kind } from '../kinds.ts';

/** What a finding means to the reader of a report. */
export interface Meaning {
  /** What it is, and why it is still alive. */
  readonly why: string;
  /** What is to be done; none where nothing is sure. */
  readonly fix?: string;
}

/** What meanings of one kind are told apart by: never by words that another module has made. */
type Told = Pick<Finding, 'type' | 'api' | 'facts'>;

/** One meaning and the findings that have it; without `when`, all of the kind that are left. */
interface MeaningRule extends Meaning {
  readonly when?: (finding: Told) => boolean;
}

const is =
  (...types: readonly string[]) =>
  ({ type }: Told): boolean =>
    types.includes(type);
/** By the module and the function that the line called. */
const by =
  (...names: readonly string[]) =>
  ({ api }: Told): boolean =>
    api !== undefined && names.includes(`${api.module} ${api.function}`);
const has =
  (test: (facts: NonNullable<Finding['facts']>, type: string) => boolean) =>
  ({ facts = {}, type }: Told): boolean =>
    test(facts, type);

/** The first meaning of a kind that fits. The order is from the special to the general. */
export const meanings: Readonly<Record<Exclude<Kind, 'await'>, readonly MeaningRule[]>> = {
  timer: [
    {
      when: is('IntervalHistogram'),
      why: 'a monitor of the event loop samples it on a timer of its own until disable() is called',
      fix: 'call disable() on the histogram',
    },
    {
      when: is('Immediate'),
      why: 'an immediate keeps its callback until it has run; one that is there after many turns is set again and again',
      fix: 'stop setting it, or clear it with clearImmediate()',
    },
    {
      when: by('node:timers/promises setInterval'),
      why: 'the iterator of an interval keeps its timer until return() is called on it',
      fix: 'leave the loop by break or return, or give the interval a signal and abort it',
    },
    {
      when: by('node:timers/promises setTimeout', 'node:timers/promises wait'),
      why: 'a pause that is awaited runs to its end; nothing but its signal ends it early',
      fix: 'give the pause a signal and abort it',
    },
    {
      when: by('node:timers setInterval'),
      why: 'an interval keeps its callback and what it closes over until clearInterval() is called',
      fix: 'keep what setInterval() returns, and pass it to clearInterval() when its work is over',
    },
    {
      when: by('node:timers setTimeout'),
      why: 'a timeout keeps its callback and what it closes over until it fires or is cleared',
      fix: 'keep what setTimeout() returns, and pass it to clearTimeout() when nobody needs it any more',
    },
    { why: 'a timer keeps its callback and what it closes over until it is cleared' },
  ],
  server: [
    {
      when: has(({ closing }) => closing === true),
      why: 'close() was called and takes no new connections, but the server lives until the open ones have ended',
      fix: 'end the open connections too: the sockets or sessions that you keep, or closeAllConnections() for HTTP',
    },
    {
      when: has(({ closing }) => closing === false),
      why: 'a listening server accepts connections until close() is called',
      fix: 'call close() on the server, and wait for its callback',
    },
    { why: 'a server lives until it is closed and its connections have ended' },
  ],
  socket: [
    {
      when: is('UDPWRAP'),
      why: 'a datagram socket stays bound and receives until close() is called',
      fix: 'call close() on the socket',
    },
    {
      when: has(({ idleConnections }) => idleConnections !== undefined),
      why: 'a pool keeps idle connections open for the next request, and nobody will make one',
      fix: 'call destroy() or close() on the pool or agent when its last request is over',
    },
    {
      when: is('TCPWRAP', 'PIPEWRAP'),
      why: 'a connection stays open until both sides have ended or one destroys it',
      fix: 'call end() or destroy() on the socket',
    },
    { why: 'a socket stays open until it is closed' },
  ],
  request: [
    {
      when: has(({ answered }, type) => answered === true && type !== 'ClientRequest'),
      why: 'it was answered, and holds its connection until its body has been read to the end or cancelled',
      fix: 'read the body to its end, or cancel it where nobody wants it; a signal ends one that stops in the middle',
    },
    {
      when: has(({ answered }, type) => answered === false && type !== 'ClientRequest'),
      why: 'nobody has answered it, and it waits until somebody does, its time is over or it is aborted',
      fix: 'give the request a signal that ends it after a time, and when nobody wants the answer',
    },
    {
      when: is('fetch', 'undici'),
      why: 'a request holds its connection until its body has been read to the end, it is cancelled or it is aborted',
      fix: 'read the body or cancel it, and give the request a signal that ends it when nobody wants the answer',
    },
    {
      when: has(({ answered }) => answered === true),
      why: 'it was answered, and holds its connection until its response has been read to the end or destroyed',
      fix: 'read the response or call resume() on it, also where only its status is wanted',
    },
    {
      when: has(({ answered }) => answered === false),
      why: 'nobody has answered it, and it waits until somebody does or it is destroyed',
      fix: 'give the request a timeout or a signal that ends it, also when nobody wants the answer',
    },
    {
      when: is('ClientRequest'),
      why: 'a request holds its connection until its response has been read to the end, or it is destroyed',
      fix: 'read the response or call resume() on it; destroy() the request when nobody wants the answer',
    },
    {
      when: is('GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'QUERYWRAP'),
      why: 'a query to the name service is on its way until it is answered, runs out of time or is cancelled',
    },
    {
      when: is('FSREQCALLBACK', 'FSREQPROMISE'),
      why: 'the system has not answered it, as on a pipe that nobody writes to, and it holds one of the few threads that all files and look-ups share',
      fix: 'open pipes and devices with O_NONBLOCK and read them through a net.Socket, which can be destroyed',
    },
    { why: 'a request is on its way until it is answered or aborted' },
  ],
  stream: [
    {
      when: is('ZLIB'),
      why: 'a zlib stream keeps its native memory until it has ended or close() is called',
      fix: 'end the stream and read it to its end, or call close() on it',
    },
    {
      when: is('ReadableStream branch'),
      why: 'a branch of tee() or clone() keeps every chunk that the other branch has read, until it is read or cancelled',
      fix: 'read this branch to its end, or cancel it',
    },
    {
      when: is('ReadableStream reader', 'ReadableStream iterator'),
      why: 'the stream stays locked, with the chunks in its queue, until the reader has ended, is cancelled or lets go',
      fix: 'cancel the reader, or release its lock',
    },
    {
      when: is('WritableStream writer'),
      why: 'the stream stays locked until its writer has closed or aborted it, or lets go',
      fix: 'close or abort the writer, or release its lock',
    },
    { why: 'a stream holds its buffers until it has ended or is destroyed' },
  ],
  fd: [
    {
      when: by('node:fs createReadStream'),
      why: 'a file stream opens its file at once and closes it at its end, at an error or when destroyed',
      fix: 'read the stream to its end, or destroy() it on every way out; stream.pipeline() does',
    },
    {
      when: by('node:fs createWriteStream'),
      why: 'a file stream opens its file at once and closes it after end(), at an error or when destroyed',
      fix: 'end() or destroy() the stream on every way out; stream.pipeline() does',
    },
    {
      when: is('FileHandle'),
      why: 'a FileHandle keeps its descriptor until close() is called',
      fix: 'call close() on the FileHandle in a finally, or declare it with await using',
    },
    {
      when: is('Dir'),
      why: 'an open directory keeps its descriptor until close() is called or it is read to its end by for await',
      fix: 'call close() on the directory in a finally, or read it with for await',
    },
    {
      when: is('fs.open', 'fs.openSync'),
      why: 'a descriptor is a number that stays taken until fs.close() is called with it',
      fix: 'close the descriptor in a finally',
    },
    { why: 'the operating system keeps the descriptor until it is closed' },
  ],
  process: [
    {
      when: is('orphan process'),
      why: 'a signal goes to one process, and what that has started lives on when it dies',
      fix: 'spawn the child detached and signal its group, -pid; or have it end what it has started',
    },
    {
      why: 'a child process runs until it exits or is killed, and this process waits for it',
      fix: 'have the child end, or kill() it, and wait for its exit',
    },
  ],
  worker: [
    {
      why: 'a worker runs as long as anything keeps its own event loop busy, or until terminate() is called',
      fix: 'call terminate() on the worker and await it, or have it close what it has open',
    },
  ],
  port: [
    {
      why: 'a message port and the one it is joined to live until one of them is closed',
      fix: 'call close() on one of the two ports',
    },
  ],
  watcher: [
    {
      when: is('STATWATCHER'),
      why: 'watchFile() looks at the file again and again until unwatchFile() is called',
      fix: 'call unwatchFile() with the same path and listener',
    },
    {
      when: is('FSEVENTWRAP'),
      why: 'a watcher reports changes until close() is called',
      fix: 'call close() on the watcher, or give it a signal and abort it',
    },
    { why: 'a watcher reports changes until it is closed' },
  ],
  listener: [
    {
      when: is('AbortSignal'),
      why: 'the signal keeps the listener and what it closes over for as long as the signal lives and is not aborted',
      fix: 'remove the listener when its work is over',
    },
    {
      when: is('Channel'),
      why: 'a diagnostics channel lives as long as the process, and so do its subscribers',
      fix: 'unsubscribe with the same function',
    },
    {
      when: is('PerformanceObserver'),
      why: 'an observer is called until disconnect() is called',
      fix: 'call disconnect() on the observer',
    },
    {
      when: is('AsyncHook'),
      why: 'a hook that is enabled is called for every async resource of the process, and is kept with all that it closes over',
      fix: 'call disable() on the hook',
    },
    {
      why: 'what it listens to lives longer, and keeps the listener and what it closes over',
      fix: 'remove the listener when its work is over',
    },
  ],
  lease: [{ why: 'whoever wants it next waits until it is given back', fix: 'give it back in a finally' }],
  memory: [
    {
      why: 'something that lives longer holds it, and holds more after each run',
      fix: 'take it out when its work is over, or give its holder a limit',
    },
  ],
};
