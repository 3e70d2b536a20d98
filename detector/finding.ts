import type { Kind } from './kinds.ts';
import type { IgnoreRule } from './rules/rule.ts';

/**
 * A place in the source as you wrote it: source maps and type stripping are taken into account.
 *
 * @example
 * ```ts
 * import { find, type Site } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * const { leaks } = await find(() => void (timer = setInterval(() => {}, 1000)), { budget: 10 });
 * clearInterval(timer);
 * const shown = ({ file, line, column }: Site): string => `${file}:${line}:${column}`;
 * for (const { site } of leaks) if (site) console.log(shown(site)); // …/example.ts:4:50
 * ```
 */
export interface Site {
  /** The absolute path. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The name of the function; `<anonymous>` if it has none. */
  readonly function: string;
}

/**
 * The way in which a finding is known.
 *
 * - `alive`: the resource is still open after the wait
 * - `attached`: the listener is still on an object that outlives the scope
 * - `pending`: the awaited promise is pending, and something can still reach it
 * - `unreachable`: the awaited promise was garbage-collected while pending, so nothing can ever settle it: a proof
 * - `grew`: there was more of it after each run of the same work
 * - `stuck`: a further run of the same work never ended, or timed out, and waits for it
 *
 * @example
 * ```ts
 * import { find, type Evidence } from 'leaklab';
 *
 * const { leaks } = await find(async () => void (async () => await new Promise(() => {}))());
 * const proof: Evidence = 'unreachable';
 * console.log(leaks.filter(({ evidence }) => evidence === proof).length); // 1
 * ```
 */
export type Evidence = 'alive' | 'attached' | 'pending' | 'unreachable' | 'grew' | 'stuck';

/**
 * The facts that are known of a leaked resource and of the call that made it; its kind decides which are present.
 *
 * @example
 * ```ts
 * import { find } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * const { leaks } = await find(() => void (timer = setInterval(() => {}, 30_000)), { budget: 10 });
 * clearInterval(timer);
 * const { ms, repeats } = leaks[0]?.facts ?? {};
 * console.log(ms, repeats); // 30000 true
 * ```
 */
export interface Facts {
  /** The delay or interval of a timer, in ms. */
  readonly ms?: number;
  /** True for an interval, false for a timer that fires once. */
  readonly repeats?: boolean;
  /** True for a timer that keeps the process alive. */
  readonly ref?: boolean;
  /** The port on which a server listens. */
  readonly port?: number;
  /** The address on which a server listens. */
  readonly host?: string;
  /** The path of a descriptor, a directory, a database, a temporary folder, or a server's local socket. */
  readonly path?: string;
  /** True for a server whose `close()` waits for its connections, false for one that listens. */
  readonly closing?: boolean;
  /** The number of a server's open connections. */
  readonly connections?: number;
  /** The number of connections that a pool or an agent keeps for the next request. */
  readonly idleConnections?: number;
  /** The protocol of a server that was asked to close. */
  readonly protocol?: 'http' | 'http2' | 'other';
  /** The number of a server's connections that a listener for `'upgrade'` or `'connect'` has taken over. */
  readonly upgraded?: number;
  /** True for a socket on which `end()` was called. */
  readonly endedHere?: boolean;
  /** True for a socket that the other side has ended. */
  readonly endedThere?: boolean;
  /** The holder of a server or socket that was handed over: another thread, or a child process. */
  readonly heldBy?: 'thread' | 'process';
  /** True for a request whose response headers have arrived. */
  readonly answered?: boolean;
  /** True for a request of `node:http` whose response the program has begun to read. */
  readonly read?: boolean;
  /** The ms after which a request of `node:http` emits `'timeout'`. */
  readonly timeout?: number;
  /** True if a request's `'timeout'` has a listener. */
  readonly timeoutHeard?: boolean;
  /** The event of a listener, or the event by which a listener was given a socket. */
  readonly event?: string;
  /** The class of the object that a listener is attached to. */
  readonly target?: string;
  /** The name of the diagnostics channel of a subscription. */
  readonly channel?: string;
  /** The command lines of processes whose parent has ended. */
  readonly command?: string;
  /** The number of processes whose parent has ended. */
  readonly processes?: number;
  /** True for a child process that has exited, but whose pipe is still open. */
  readonly pipeOnly?: boolean;
  /** True for a child process that was sent a signal and still runs. */
  readonly killed?: boolean;
  /** True for a child process whose channel for messages is open. */
  readonly connected?: boolean;
  /** The name of a lock of `navigator.locks`. */
  readonly lock?: string;
  /** True for a lease whose `touch()` was called. */
  readonly touched?: boolean;
  /** The number of the run of the same work that never ended or timed out, from 2 up. */
  readonly furtherRun?: number;
  /** True if that run, and the one before it, ended by a time-out that the first run did not have. */
  readonly timedOut?: boolean;
  /** The number of entries that each run adds to a container. */
  readonly perRun?: number;
  /** The number of bytes that each run adds to a container. */
  readonly bytesPerRun?: number;
  /** The call that releases what Node keeps, such as `performance.clearMarks()`. */
  readonly undo?: string;
  /** True if the resource was counted at level `counts`, which knows no line. */
  readonly countedOnly?: boolean;
  /** True if the line ran in the request handler of an HTTP server. */
  readonly inRequestHandler?: boolean;
  /** True if a test file awaits `new Promise(() => {})`, written so. */
  readonly neverSettles?: boolean;
}

/**
 * The function that your line called to make a resource.
 *
 * @example
 * ```ts
 * import { find, type Api } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * const { leaks } = await find(() => void (timer = setInterval(() => {}, 1000)), { budget: 10 });
 * clearInterval(timer);
 * const api: Api | undefined = leaks[0]?.api;
 * console.log(api?.module, api?.function); // node:timers setInterval
 * ```
 */
export interface Api {
  /** The module, such as `node:timers`, or the name of a package. */
  readonly module: string;
  /** The name of the function without its class, such as `setInterval` or `connect`. */
  readonly function: string;
}

/**
 * A group of leaked resources of one kind, type, line, owner and evidence.
 *
 * @example
 * ```ts
 * import { find, type Finding } from 'leaklab';
 *
 * const timers: NodeJS.Timeout[] = [];
 * const { leaks } = await find(
 *   () => {
 *     for (let each = 0; each < 3; each += 1) timers.push(setInterval(() => {}, 1000));
 *   },
 *   { name: 'poller', budget: 10 },
 * );
 * for (const timer of timers) clearInterval(timer);
 * const shown = ({ count, kind, owner }: Finding): string => `${count} ${kind} of ${owner}`;
 * console.log(leaks.map(shown)); // [ '3 timer of poller' ]
 * ```
 */
export interface Finding {
  /** The kind of resource, one of {@link kinds}. */
  readonly kind: Kind;
  /** The name that the engine or the platform uses: `Timeout`, `TCPSERVERWRAP`, `fetch`, `async function`. */
  readonly type: string;
  /** The number of leaked resources in the group, from 1. */
  readonly count: number;
  /** Your line that made the resource; absent if no line of any stack is yours. */
  readonly site?: Site;
  /** The package whose code made the resource when your line called it. */
  readonly package?: string;
  /** Other lines that explain the leak, such as the one that made the awaited promise. */
  readonly related: readonly Site[];
  /** The whole stack, a frame a line, as V8 prints it. */
  readonly stack: readonly string[];
  /** The name of the scope that owns the resource, or `shared` if it could belong to more than one. */
  readonly owner: string;
  /** The way in which the leak is known. */
  readonly evidence: Evidence;
  /** The facts of the resource and of the call, such as a timer's `ms` or the `path` of a file. */
  readonly facts?: Facts;
  /** The outermost function between the site and the resource. */
  readonly api?: Api;
  /** The resources that the same call of a package opened too. */
  readonly also?: readonly { readonly type: string; readonly count: number }[];
  /** The id of the catalogue's pair with the same shape. */
  readonly lesson?: string;
  /** The fix of that pair, in one sentence. */
  readonly advice?: string;
  /** The awaits that wait for one another, from your outermost function down to the promise that never settles. */
  readonly chain?: readonly Site[];
  /** The holders, from a variable down to the object: `` `sessions` (Map) in store.ts:3 ``, `entry`, `Session`. */
  readonly path?: readonly string[];
}

/**
 * Resources that may have leaked, but that can't be judged because no stack of them was taken.
 *
 * @example
 * ```ts
 * import { find, type NotJudged } from 'leaklab';
 *
 * const report = await find(() => {});
 * const shown = ({ type, count = 0, why }: NotJudged): string => `${count} ${type}: ${why}`;
 * console.log(report.notJudged.map(shown)); // []
 * ```
 */
export interface NotJudged {
  /** The name that the engine or the platform uses: `Timeout`, `async function`. */
  readonly type: string;
  /** The number of resources; absent if it is unknown. */
  readonly count?: number;
  /** The reason in words. */
  readonly why: string;
}

/**
 * The result of a check; its JSON form is stable under its `version`.
 *
 * @example
 * ```ts
 * import { find, type Report } from 'leaklab';
 *
 * const report: Report = await find(() => {});
 * console.log(report.version, report.leaks); // 1 []
 * ```
 */
export interface Report {
  readonly version: 1;
  /** The leaks that no rule tolerates. */
  readonly leaks: readonly Finding[];
  /** The leaks that a rule tolerates, with its reason. */
  readonly ignored: readonly (Finding & { readonly reason: string })[];
  /** The resources that may have leaked, but can't be judged. */
  readonly notJudged: readonly NotJudged[];
  /** The rules of the options or the policy that fitted nothing; built-in rules are left out. */
  readonly unusedRules: readonly IgnoreRule[];
  /** The rules of the options or the policy that have expired. */
  readonly expiredRules: readonly IgnoreRule[];
  /** The probes that failed, with the message of the error; the others went on. */
  readonly failedProbes: readonly { readonly probe: string; readonly error: string }[];
}
