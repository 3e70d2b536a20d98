import type { Kind } from './kinds.ts';
import type { IgnoreRule } from './rules/rule.ts';

/** A line of somebody's source, in the file as it was written. */
export interface Site {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `<anonymous>` where it has no name. */
  readonly function: string;
}

/**
 * How a finding is known.
 *
 * - `alive`: the resource was still open when the budget was used up
 * - `attached`: the listener is still on something that outlives the scope
 * - `pending`: the awaited promise is pending, and something can still reach it
 * - `unreachable`: the awaited promise was collected while pending, so nobody can ever settle it; a proof
 * - `grew`: there was more of it after each run of the same work
 */
export type Evidence = 'alive' | 'attached' | 'pending' | 'unreachable' | 'grew';

/** What is known of a leaked resource and of the call that made it; which of them, its kind decides. */
export interface Facts {
  /** Of a timer: the ms until it fires, or between two times. */
  readonly ms?: number;
  /** Of a timer: whether it is an interval. */
  readonly repeats?: boolean;
  /** Of a timer: whether it keeps the process alive. */
  readonly ref?: boolean;
  /** Of a server: the port and the address on which it listens. */
  readonly port?: number;
  readonly host?: string;
  /** Of a descriptor, a directory, a database, a server on a local socket. */
  readonly path?: string;
  /** Of a server: whether `close()` was called, and waits for its connections. */
  readonly closing?: boolean;
  /** Of a server: how many connections are open. */
  readonly connections?: number;
  /** Of a pool or an agent: how many connections it keeps for the next request. */
  readonly idleConnections?: number;
  /** Of a request: whether its headers have come. */
  readonly answered?: boolean;
  /** Of a listener: the event, and the class of what it listens to. */
  readonly event?: string;
  readonly target?: string;
  /** Of a subscription: the name of the diagnostics channel. */
  readonly channel?: string;
  /** Of orphans: their command lines, and how many they are. */
  readonly command?: string;
  readonly processes?: number;
  /** Of a child process: whether it has gone, and only its pipe is open. */
  readonly pipeOnly?: boolean;
  /** Of a lease: whether `touch()` was called since it was taken. */
  readonly touched?: boolean;
  /** Of memory: how many entries and bytes each run adds. */
  readonly perRun?: number;
  readonly bytesPerRun?: number;
  /** Counted at level `counts`, which knows no line. */
  readonly countedOnly?: boolean;
  /** The line ran while an HTTP server handed it a request. */
  readonly inRequestHandler?: boolean;
}

/** A function that the user's line called. */
export interface Api {
  /** `node:timers`, or the name of a package. */
  readonly module: string;
  /** Without its class: `setInterval`, `connect`. */
  readonly function: string;
}

/** One group of leaked resources: the same kind and type, from the same line, known in the same way. */
export interface Finding {
  readonly kind: Kind;
  /** The engine's or the platform's own name for it: `Timeout`, `TCPSERVERWRAP`, `fetch`, `async function`. */
  readonly type: string;
  readonly count: number;
  /** The user's line that made it; absent when no line of any stack is the user's. */
  readonly site?: Site;
  /** The package whose code has made it, in a call of the user's line. */
  readonly package?: string;
  /** Other lines of the same story: where the awaited promise was made, where the server was created. */
  readonly related: readonly Site[];
  /** The whole stack, one frame a line, as V8 prints it. */
  readonly stack: readonly string[];
  /** The name of the scope that owns it, or `shared` when it could belong to more than one. */
  readonly owner: string;
  readonly evidence: Evidence;
  /** What is known of it and of the call: a timer's `ms`, the `path` of a file. */
  readonly facts?: Facts;
  /** The outermost function between the site and the resource. */
  readonly api?: Api;
  /** What the same call of a package has opened beside it. */
  readonly also?: readonly { readonly type: string; readonly count: number }[];
  /** The pair of the catalogue with the same shape. */
  readonly lesson?: string;
  /** What that pair says is to be done, in one sentence. */
  readonly advice?: string;
  /** The awaits that wait for one another, from the outermost function of the user down to the promise that nobody settles. */
  readonly chain?: readonly Site[];
  /** Who holds it, in words, from a variable down to the thing itself: `` `sessions` (Map) in store.ts:3 ``, `entry`, `Session`. */
  readonly path?: readonly string[];
}

/** Something that may have been left: at level `light` nobody took its stack. */
export interface NotJudged {
  /** `Timeout`, `async function`. */
  readonly type: string;
  readonly count?: number;
  readonly why: string;
}

/** What {@link Scope.find} answers; as JSON it is stable under its version. */
export interface Report {
  readonly version: 1;
  readonly leaks: readonly Finding[];
  /** What was left as well and is tolerated, with the reason. */
  readonly ignored: readonly (Finding & { readonly reason: string })[];
  /** What the scope can't answer for, with how many there are where that is known. */
  readonly notJudged: readonly NotJudged[];
  /** Rules given in code or in a policy that nothing fitted; the built-in ones are not told. */
  readonly unusedRules: readonly IgnoreRule[];
  /** Rules that hold no longer. */
  readonly expiredRules: readonly IgnoreRule[];
  /** Probes that could not do their work, with the error's message; the others went on. */
  readonly failedProbes: readonly { readonly probe: string; readonly error: string }[];
}
