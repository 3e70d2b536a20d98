/** What the detector knows of each kind as such; meanings, by type, stand in report/meanings.ts. */
interface KindEntry {
  readonly one: string;
  readonly many: string;
  /**
   * How much it holds beside others that one call of a package has opened: the highest names the call. Absent for
   * what no call opens.
   */
  readonly weight?: number;
}

/** The table that a new kind is added to; its words in a report, and its weight. */
export const kindTable = {
  timer: { one: 'timer', many: 'timers', weight: 1 },
  server: { one: 'server', many: 'servers', weight: 10 },
  socket: { one: 'socket', many: 'sockets', weight: 8 },
  request: { one: 'request in flight', many: 'requests in flight', weight: 9 },
  stream: { one: 'stream', many: 'streams', weight: 5 },
  fd: { one: 'open descriptor', many: 'open descriptors', weight: 6 },
  process: { one: 'child process', many: 'child processes', weight: 11 },
  worker: { one: 'worker', many: 'workers', weight: 12 },
  port: { one: 'message port', many: 'message ports', weight: 3 },
  watcher: { one: 'file watcher', many: 'file watchers', weight: 7 },
  await: { one: 'suspended async function', many: 'suspended async functions' },
  listener: { one: 'listener', many: 'listeners' },
  lease: { one: 'lease not given back', many: 'leases not given back', weight: 4 },
  memory: { one: 'piece of retained memory', many: 'pieces of retained memory', weight: 2 },
} as const satisfies Readonly<Record<string, KindEntry>>;

/** A kind of finding: few, and the same on every Node. */
export type Kind = keyof typeof kindTable;
/** All kinds of findings. */
export const kinds = Object.keys(kindTable) as readonly Kind[];

/** Returns how much a kind holds, from 1 up; 0 for what no call of a package opens. */
export function weightOf(kind: Kind): number {
  const { weight = 0 }: KindEntry = kindTable[kind];
  return weight;
}
