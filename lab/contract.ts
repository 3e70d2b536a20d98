/**
 * The contract between a program of the catalogue and whatever runs it.
 *
 * Programs import these types and nothing else of the lab, so that any runner
 * (this one, a test runner, Deno, Bun) can load them as they are.
 */

/** Every family of the catalogue; a program's folder is its family. */
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
/** One of the families. */
export type Family = (typeof families)[number];

/** What a marker can say that a line leaks, and what a detector can call a finding. */
export const kinds = [
  'timer',
  'server',
  'socket',
  'request',
  'stream',
  'fd',
  'process',
  'worker',
  'port',
  'watcher',
  'await',
  'listener',
  'lease',
  'memory',
] as const;
/** One of the kinds. */
export type Kind = (typeof kinds)[number];

/** What a program of the catalogue is there for; patterns and wrong fixes leak, fixes and decoys don't. */
export type Role = 'pattern' | 'fix' | 'decoy' | 'wrong-fix';

/** Where the program would be met: in plain code, with servers and clients on loopback, with a database. */
export const stages = ['unit', 'integration', 'e2e'] as const;
/** One of the stages. */
export type Stage = (typeof stages)[number];

/**
 * What grows when the program runs again and again; the oracle measures it.
 *
 * - `handles`: live timers, servers, sockets, watchers, workers (also those that are unref'd)
 * - `fds`: open descriptors that are no sockets
 * - `sockets`: open connections, counted by the operating system
 * - `children`: living child processes
 * - `listeners`: listeners on emitters and event targets that are still reachable
 * - `heap`: bytes after garbage collection, array buffers included
 * - `stalls`: awaits of the program that were entered and never left
 */
export const observables = ['handles', 'fds', 'sockets', 'children', 'listeners', 'heap', 'stalls'] as const;
/** One of the things that can grow. */
export type Observable = (typeof observables)[number];

/** Through what a detector can see the leak at all. */
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

/** A real bug, by the reference it has in docs/sources.json: `owner/repo#12` or `owner/repo@1a2b3c4`. */
export type Citation = `${string}/${string}#${number}` | `${string}/${string}@${string}`;

/** What a pattern says about itself. */
export interface Pattern {
  /** One line, sentence case, no full stop: what the mistake is. */
  readonly title: string;
  readonly stage: Stage;
  readonly grows: readonly [Observable, ...Observable[]];
  /**
   * `retained`: something that lives still holds what is left.
   * `garbage`: nobody holds it, so a wait that nobody can end is collected while pending.
   */
  readonly leaves: 'retained' | 'garbage';
  readonly seenThrough: Channel;
  readonly seenIn: readonly [Citation, ...Citation[]];
  /** From a nudge to the answer. */
  readonly hints: readonly [string, string, string];
  /** The Node versions on which it leaks, as a semver range. */
  readonly node: string;
}

/** A value that survives JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a caller sees of the job done; a pattern and its fix give the same. */
export type Outcome = Readonly<Record<string, Json>>;

/** What `lab` hands to a program. */
export interface Lab {
  readonly upstream: Upstream;
  /** An empty folder of this run alone, removed afterwards. */
  readonly scratch: string;
  /**
   * URL of a PostgreSQL that this run has for itself, without tables: PGlite behind a socket, whose clients take
   * turns, a transaction at a time; or the server that `LEAKLAB_POSTGRES` names. It is there for programs whose
   * source says `lab.postgres`.
   */
  readonly postgres: string;
  /**
   * Has somebody outside this process connect to a server that the program runs.
   *
   * The scheme says how: `http://127.0.0.1:1234/path` (one GET), `http2://` (one GET in the clear),
   * `ws://` (the upgrade handshake), `tcp://host:port`, `unix:///folder/name.sock`, `udp://host:port`
   * (one datagram `ping`). Resolves when the visitor has got its answer (http, http2: the response
   * read, or its first chunk if it never ends; ws: the 101; tcp, unix: connected; udp: the reply).
   *
   * @param manner `leaves` (the default) closes the connection before this resolves; `stays` keeps it
   *   open and idle until {@link Visit.leave} or the end of the run; `hangs-up` destroys it as soon as
   *   the first bytes of an answer have come.
   * @throws if nobody answers within 5 s
   */
  visit(url: string, manner?: Manner): Promise<Visit>;
}

/** How a visitor ends: see {@link Lab.visit}. */
export type Manner = 'leaves' | 'stays' | 'hangs-up';

/** What a visitor has got, and whether it is still there. */
export interface Visit {
  /** The status of an HTTP answer, 0 for other schemes. */
  readonly status: number;
  /** What was read of the answer, as UTF-8. */
  readonly body: string;
  /** Closes the connection if it is still open; resolves when it is closed at the visitor's end. */
  leave(): Promise<void>;
}

/**
 * Servers in a process of their own, on loopback, of this run alone.
 *
 * Paths of {@link Upstream.http} (keep-alive, 60 s) and {@link Upstream.http2}:
 *
 * - `/ok` 200, JSON `{"ok":true}`
 * - `/echo` 200, the request's body
 * - `/bytes?size=100000` 200, so many bytes with a content-length
 * - `/stall-headers` reads the request and never answers
 * - `/stall-body` 200, content-length 1000, sends 10 bytes and then nothing
 * - `/drip?chunks=5&every=5` 200, chunked: `chunk 1\n`, `chunk 2\n`, … one each so many ms, then the end
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
  /** TCP, `127.0.0.1`: accepts, never reads (so writers meet backpressure), never answers. */
  readonly silent: number;
  /** TCP: echoes what it gets and closes when the peer ends. */
  readonly echo: number;
  /** TCP: resets the connection 10 ms after the first bytes have come, without reading on. */
  readonly resets: number;
  /** Connections the upstream has open for this run at this moment, asked over the side channel. */
  connections(): Promise<number>;
}
