import type { Finding } from '../finding.ts';
import type { Kind } from '../kinds.ts';

/** The explanation of a finding in a report. */
export interface Meaning {
  /** The reason why the resource is still alive. */
  readonly why: string;
  /** The call that ends the leak; absent where the finding can't show which. */
  readonly fix?: string;
}

/** The parts of a finding that choose its meaning; never a text that another module composed. */
type Traits = Pick<Finding, 'type' | 'api' | 'facts'>;

/** A meaning and the findings that it fits; without `when`, every other finding of its kind. */
interface MeaningRule extends Meaning {
  readonly when?: (finding: Traits) => boolean;
}

const is =
  (...types: readonly string[]) =>
  ({ type }: Traits): boolean =>
    types.includes(type);
/** Matches the module and the function that the line called. */
const by =
  (...names: readonly string[]) =>
  ({ api }: Traits): boolean =>
    api !== undefined && names.includes(`${api.module} ${api.function}`);
const has =
  (test: (facts: NonNullable<Finding['facts']>, type: string) => boolean) =>
  ({ facts = {}, type }: Traits): boolean =>
    test(facts, type);

/** The meanings of each kind, from the special to the general: the first that fits is printed. */
export const meanings: Readonly<Record<Exclude<Kind, 'await'>, readonly MeaningRule[]>> = {
  timer: [
    {
      when: is('IntervalHistogram'),
      why: 'monitorEventLoopDelay() samples the event loop on a timer until disable() is called',
      fix: 'call disable() on the histogram',
    },
    {
      when: is('Immediate'),
      why: 'an immediate runs on the next turn of the event loop; one that is still pending after many is set again and again',
      fix: 'stop setting it again, or pass what setImmediate() returns to clearImmediate()',
    },
    {
      when: by('node:timers/promises setInterval'),
      why: 'the iterator keeps its timer until its return() is called, as leaving a for await loop does',
      fix: 'leave the loop by break or return, or pass a signal to setInterval() and abort it',
    },
    {
      when: by('node:timers/promises setTimeout', 'node:timers/promises wait'),
      why: 'an awaited pause lasts its full time; only a signal ends it early',
      fix: 'pass a signal to the pause, and abort it when the work ends',
    },
    {
      when: by('node:timers setInterval'),
      why: 'an interval runs, and keeps its callback in memory, until clearInterval() is called',
      fix: 'keep what setInterval() returns, and pass it to clearInterval() when the work ends',
    },
    {
      when: by('node:timers setTimeout'),
      why: "a timeout keeps its callback's variables in memory until it fires or clearTimeout() is called",
      fix: 'keep what setTimeout() returns, and pass it to clearTimeout() when it is no longer needed',
    },
    { why: "a timer keeps its callback's variables in memory until it is cleared" },
  ],
  server: [
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
  ],
  socket: [
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
  ],
  request: [
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
  ],
  stream: [
    {
      when: is('ZLIB'),
      why: 'a zlib stream keeps its native memory until it ends or close() is called',
      fix: 'end the stream and read it to its end, or call close() on it',
    },
    {
      when: is('ReadableStream branch'),
      why: 'a branch of tee() or clone() keeps every chunk that the other branch has read until it is read or cancelled too',
      fix: 'read this branch to its end, or call cancel() on it',
    },
    {
      when: is('ReadableStream reader', 'ReadableStream iterator'),
      why: 'the stream stays locked, and keeps its queued chunks, until its reader ends, is cancelled or releases the lock',
      fix: 'call cancel() or releaseLock() on the reader, or return() on the iterator',
    },
    {
      when: is('WritableStream writer'),
      why: 'the stream stays locked until its writer closes it, aborts it or releases the lock',
      fix: 'call close(), abort() or releaseLock() on the writer',
    },
    { why: 'a stream keeps its buffers until it ends or is destroyed' },
  ],
  fd: [
    {
      when: by('node:fs createReadStream'),
      why: 'a file stream opens its file at once, and closes it only at its end, on an error or when destroyed',
      fix: 'read the stream to its end, or call destroy() on it on every path, as stream.pipeline() does',
    },
    {
      when: by('node:fs createWriteStream'),
      why: 'a file stream opens its file at once, and closes it only after end(), on an error or when destroyed',
      fix: 'call end() or destroy() on the stream on every path, as stream.pipeline() does',
    },
    {
      when: is('FileHandle'),
      why: 'a FileHandle keeps its descriptor until close() is called',
      fix: 'call close() on the FileHandle in a finally block, or declare it with await using',
    },
    {
      when: is('Dir'),
      why: 'an open directory keeps its descriptor until close() is called or for await reads it to its end',
      fix: 'call close() on the directory in a finally block, or read it with for await',
    },
    {
      when: is('fs.open', 'fs.openSync'),
      why: 'a file descriptor stays open until it is passed to fs.close() or fs.closeSync()',
      fix: 'pass the descriptor to fs.close() or fs.closeSync() in a finally block',
    },
    {
      when: has(({ path }, type) => type === 'descriptor' && path !== undefined),
      why: 'the operating system keeps it open until the program closes it; it was opened by native code, or by a function that the program took from Node before leaklab was loaded, so its line is not known',
      fix: 'close it; for its line, load leaklab before the modules that open files, as node --import does',
    },
    { why: 'the operating system keeps the descriptor open until the program closes it' },
  ],
  folder: [
    {
      when: is('mkdtempDisposableSync'),
      why: 'a temporary folder stays on the disk, with its files, until the program removes it',
      fix: 'declare the folder with using, or call remove() on it in a finally block',
    },
    {
      when: is('mkdtempDisposable'),
      why: 'a temporary folder stays on the disk, with its files, until the program removes it',
      fix: 'declare the folder with await using, or await remove() on it in a finally block',
    },
    {
      why: 'a temporary folder stays on the disk, with its files, until the program removes it',
      fix: 'pass its path to fs.rm() or fs.rmSync() in a finally block, with { recursive: true, force: true }',
    },
  ],
  process: [
    {
      when: is('orphan process'),
      why: 'a signal ends one process only: the processes that it started run on',
      fix: 'spawn the child detached and call process.kill(-child.pid) for its whole group, or have it end what it started',
    },
    {
      when: has(({ pipeOnly }) => pipeOnly === true),
      why: 'the child has exited, but what it wrote has not been read to the end, or another process holds its pipe',
      fix: "read the child's streams to their ends, or call destroy() on each of them",
    },
    {
      when: has(({ killed }) => killed === true),
      why: 'a signal asks a process to end, and this one handles the signal and runs on',
      fix: "call kill('SIGKILL') on the child if it does not exit after the first signal, and wait for its 'exit' event",
    },
    {
      why: 'a child process runs until it exits or is killed, and this process waits for it',
      fix: "let the child end or call kill() on it, and wait for its 'exit' event",
    },
  ],
  worker: [
    {
      why: 'a worker runs until nothing keeps its event loop busy or terminate() is called',
      fix: 'await terminate() on the worker, or have it close what it has open',
    },
  ],
  port: [
    {
      why: 'a message port and its partner stay open until one of the two is closed',
      fix: 'call close() on one of the two ports',
    },
  ],
  watcher: [
    {
      when: is('STATWATCHER'),
      why: 'watchFile() checks the file again and again until unwatchFile() is called',
      fix: 'call unwatchFile() with the same path and listener',
    },
    {
      when: is('FSEVENTWRAP'),
      why: 'a watcher reports changes until close() is called',
      fix: 'call close() on the watcher, or pass a signal to watch() and abort it',
    },
    { why: 'a watcher reports changes until it is closed' },
  ],
  listener: [
    {
      when: is('AbortSignal'),
      why: "the signal keeps the listener's variables in memory until it is aborted or collected itself",
      fix: 'call removeEventListener() with the same function when the work ends',
    },
    {
      when: is('Channel'),
      why: 'a diagnostics channel lives as long as the process, and so do its subscribers',
      fix: 'call unsubscribe() with the same function',
    },
    {
      when: is('PerformanceObserver'),
      why: 'an observer runs until disconnect() is called',
      fix: 'call disconnect() on the observer',
    },
    {
      when: is('inspector.Session'),
      why: 'a connected session keeps the inspector of the process running, and what it has been sent in memory',
      fix: 'call disconnect() on the session',
    },
    {
      when: is('AsyncHook'),
      why: 'an enabled hook runs for every async resource of the process, and keeps its variables in memory',
      fix: 'call disable() on the hook',
    },
    {
      why: "the object that is listened to outlives the work, and keeps the listener's variables in memory",
      fix: 'call off() or removeEventListener() with the same function when the work ends',
    },
  ],
  lease: [
    {
      when: is('Lock'),
      why: 'a lock is held until the promise settles that its callback returned',
      fix: 'settle that promise in a finally block, or do the work within the callback',
    },
    {
      when: has(({ furtherRun }) => furtherRun !== undefined),
      why: 'an earlier run of the same work got past this line and kept what it took, for which a further run waits for ever',
      fix: 'give it back in a finally block',
    },
    { why: 'the next caller waits until it is given back', fix: 'give it back in a finally block' },
  ],
  memory: [
    {
      when: is('object URL'),
      why: 'Node keeps the Blob of an object URL in memory until the URL is revoked',
      fix: 'pass the URL to URL.revokeObjectURL() when it is no longer needed',
    },
    {
      why: 'an object that outlives the work holds it, and holds more after each run',
      fix: 'remove it from its holder when the work ends, or give the holder a limit',
    },
  ],
};
