/** The words and the weight of a kind; report/meanings.ts has the meanings, by type. */
interface KindEntry {
  readonly one: string;
  readonly many: string;
  /**
   * The rank among the resources that one call of a package opens: the highest names the call. Absent for kinds
   * that no such call opens.
   */
  readonly weight?: number;
}

/** The words of each kind in a report, and its weight; a new kind is added here. */
export const kindTable = {
  timer: { one: 'timer', many: 'timers', weight: 1 },
  server: { one: 'server', many: 'servers', weight: 10 },
  socket: { one: 'socket', many: 'sockets', weight: 8 },
  request: { one: 'request in flight', many: 'requests in flight', weight: 9 },
  stream: { one: 'stream', many: 'streams', weight: 5 },
  fd: { one: 'open descriptor', many: 'open descriptors', weight: 6 },
  folder: { one: 'temporary folder', many: 'temporary folders' },
  process: { one: 'child process', many: 'child processes', weight: 11 },
  worker: { one: 'worker', many: 'workers', weight: 12 },
  port: { one: 'message port', many: 'message ports', weight: 3 },
  watcher: { one: 'file watcher', many: 'file watchers', weight: 7 },
  await: { one: 'suspended async function', many: 'suspended async functions' },
  listener: { one: 'listener', many: 'listeners' },
  lease: { one: 'lease not given back', many: 'leases not given back', weight: 4 },
  memory: { one: 'piece of retained memory', many: 'pieces of retained memory', weight: 2 },
} as const satisfies Readonly<Record<string, KindEntry>>;

/**
 * A kind of finding, of {@link kinds}.
 *
 * @example
 * ```ts
 * import { find, type Kind } from 'leaklab';
 *
 * const wanted: Kind = 'socket';
 * const { leaks } = await find(() => {});
 * console.log(leaks.filter(({ kind }) => kind === wanted).length); // 0
 * ```
 */
export type Kind = keyof typeof kindTable;

/**
 * All kinds of findings; they are the same on every version of Node.
 *
 * @example
 * ```ts
 * import { kinds } from 'leaklab';
 *
 * console.log(kinds.includes('timer')); // true
 * ```
 */
export const kinds = Object.keys(kindTable) as readonly Kind[];

/** Returns the rank of a kind, from 1 up; 0 for a kind that no call of a package opens. */
export function weightOf(kind: Kind): number {
  const { weight = 0 }: KindEntry = kindTable[kind];
  return weight;
}
