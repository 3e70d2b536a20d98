/**
 * The contract between a program of the catalogue and the runner that loads it.
 *
 * Programs import these types and nothing else of the lab, so that any runner
 * (this one, a test runner, Deno, Bun) can load them as they are.
 */

/** Families of the catalogue; the folder of a program is named after its family. */
export const families = [
  'timer',
  'stream',
  'waitgroup',
  'missing-abort',
  'unclosed-server',
  'channel',
  'pool',
  'listener',
  'watcher',
  'worker',
  'iterator',
  'socket',
  'context',
  'cache',
  'telemetry',
] as const;
/** A family of the catalogue. */
export type Family = (typeof families)[number];

/** Kinds of leaks, as markers and findings name them. */
export const kinds = [
  'timer',
  'server',
  'socket',
  'request',
  'stream',
  'fd',
  'folder',
  'process',
  'worker',
  'port',
  'watcher',
  'await',
  'listener',
  'lease',
  'memory',
] as const;
/** A kind of leak. */
export type Kind = (typeof kinds)[number];

/** The role of a program in the catalogue; patterns and wrong fixes leak, fixes and decoys don't. */
export type Role = 'pattern' | 'fix' | 'decoy' | 'wrong-fix';

/** Surroundings of a program: plain code, servers and clients on loopback, or a database. */
export const stages = ['unit', 'integration', 'e2e'] as const;
/** A stage. */
export type Stage = (typeof stages)[number];

/**
 * Counts that can grow when a program runs again and again; the oracle measures them.
 *
 * - `handles`: live timers, servers, sockets, watchers, workers (also those that are unref'd)
 * - `fds`: open descriptors other than sockets
 * - `sockets`: open connections, counted by the operating system
 * - `children`: living child processes
 * - `listeners`: listeners on emitters and event targets that are still reachable
 * - `heap`: bytes after garbage collection, array buffers included
 * - `stalls`: awaits of the program that were entered and never left
 */
export const observables = ['handles', 'fds', 'sockets', 'children', 'listeners', 'heap', 'stalls'] as const;
/** A count that can grow. */
export type Observable = (typeof observables)[number];

/** Ways in which a detector can see a leak. */
export const channels = [
  'loop handle',
  'unref handle',
  'descriptor',
  'promise',
  'listener',
  'retention',
] as const;
/** A way to see a leak. */
export type Channel = (typeof channels)[number];

/** A reference to a real bug, as docs/sources.json lists it: `owner/repo#12` or `owner/repo@1a2b3c4`. */
export type Citation = `${string}/${string}#${number}` | `${string}/${string}@${string}`;

/** Metadata of a pattern. */
export interface Pattern {
  /** The mistake, in one line: sentence case, no full stop. */
  readonly title: string;
  readonly stage: Stage;
  readonly grows: readonly [Observable, ...Observable[]];
  /**
   * `retained`: something alive still holds what leaked.
   * `garbage`: nothing holds it, so a wait that nothing can end is collected while pending.
   */
  readonly leaves: 'retained' | 'garbage';
  readonly seenThrough: Channel;
  readonly seenIn: readonly [Citation, ...Citation[]];
  /** Hints, from a nudge to the answer. */
  readonly hints: readonly [string, string, string];
  /** The Node versions on which it leaks, as a semver range. */
  readonly node: string;
}

/** A value that survives JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The result of the job, as its caller sees it; a pattern and its fix give the same. */
export type Outcome = Readonly<Record<string, Json>>;

/** The services that a runner hands to a program as `lab`. */
export interface Lab {
  readonly upstream: Upstream;
  /** An empty folder for this run alone, removed afterwards. */
  readonly scratch: string;
  /**
   * URL of a PostgreSQL without tables, for this run alone: PGlite behind a socket, whose clients take turns, a
   * transaction at a time; or the server that `LEAKLAB_POSTGRES` names. Only programs whose source says
   * `lab.postgres` have one.
   */
  readonly postgres: string;
  /**
   * Connects a visitor in another process to a server that the program runs.
   *
   * The scheme says how: `http://127.0.0.1:1234/path` (one GET), `http2://` (one GET in the clear),
   * `ws://` (the upgrade handshake), `tcp://host:port`, `unix:///folder/name.sock`, `udp://host:port`
   * (one datagram `ping`). Resolves when the visitor has its answer (http, http2: the response
   * read, or its first chunk if it never ends; ws: the 101; tcp, unix: connected; udp: the reply).
   *
   * @param manner `leaves` (the default) closes the connection before this resolves; `stays` keeps it
   *   open and idle until {@link Visit.leave} or the end of the run; `hangs-up` destroys it as soon as
   *   the first bytes of an answer arrive.
   * @throws if no answer comes within 5 s
   */
  visit(url: string, manner?: Manner): Promise<Visit>;
}

/** The manner in which a visitor ends: see {@link Lab.visit}. */
export type Manner = 'leaves' | 'stays' | 'hangs-up';

/** A visitor with its answer. */
export interface Visit {
  /** The status of an HTTP answer, 0 for other schemes. */
  readonly status: number;
  /** The part of the answer that was read, as UTF-8. */
  readonly body: string;
  /** Closes the connection if it is still open; resolves when the visitor's end is closed. */
  leave(): Promise<void>;
}

/**
 * Servers in a separate process, on loopback, for this run alone.
 *
 * Paths of {@link Upstream.http} (keep-alive, 60 s) and {@link Upstream.http2}:
 *
 * - `/ok` 200, JSON `{"ok":true}`
 * - `/echo` 200, the request's body
 * - `/bytes?size=100000` 200, that many bytes with a content-length
 * - `/stall-headers` reads the request and never answers
 * - `/stall-body` 200, content-length 1000, sends 10 bytes and then nothing
 * - `/drip?chunks=5&every=5` 200, chunked: `chunk 1\n`, `chunk 2\n`, … one every 5 ms, then the end
 * - `/endless?every=5` the same without an end
 * - `/sse?every=5` server-sent events `data: 1\n\n`, `data: 2\n\n`, … without an end
 * - `/error` 500, JSON `{"error":"upstream failed"}`
 * - `/reset` destroys the connection after the request's head
 * - `/reset-body` 200, content-length 1000, sends 10 bytes, then destroys the connection
 * - `/redirect?to=/ok` 302
 * - `/close` 200 with `connection: close`
 */
export interface Upstream {
  /** Origin, `http://127.0.0.1:<port>`; it also accepts WebSocket upgrades at `/ws` (echo). */
  readonly http: string;
  /** Origin of the same paths over HTTP/2 in the clear. */
  readonly http2: string;
  /** TCP, `127.0.0.1`: accepts, never reads (so writers get backpressure), never answers. */
  readonly silent: number;
  /** TCP: echoes its input and closes when the peer ends. */
  readonly echo: number;
  /** TCP: resets the connection 10 ms after the first bytes arrive, without reading on. */
  readonly resets: number;
  /** Counts the connections that the upstream has open for this run, asked over the side channel. */
  connections(): Promise<number>;
}
