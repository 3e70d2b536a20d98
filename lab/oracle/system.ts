/** The operating system's view of a process: its descriptors, its connections, its descendants. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Environment variable that marks all processes of one measurement, whichever process started them. */
export const badge = 'LEAKLAB_MEASUREMENT';

export interface Descriptors {
  /** Files, folders and devices. */
  readonly files: number;
  /** Connections and bound datagram sockets; a listening socket is no connection. */
  readonly sockets: number;
}

/**
 * Counts this process's open descriptors. Pipes and anonymous inodes (epoll, eventfd, inotify) belong to handles,
 * and are counted there.
 */
export function readDescriptors(): Descriptors {
  let files = 0;
  const inodes: string[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    const target = linkOf(`/proc/self/fd/${fd}`);
    const socket = /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1];
    if (socket !== undefined) inodes.push(socket);
    else if (target !== undefined && !/^(pipe|anon_inode):/.test(target)) files++;
  }
  const listening = inodes.length > 0 ? listeningInodes() : new Set<string>();
  return { files, sockets: inodes.filter((inode) => !listening.has(inode)).length };
}

export interface SystemHandles {
  /** Listening sockets. */
  readonly listening: number;
  /** Watched files and folders (inotify); two watchers of the same one may count once. */
  readonly watches: number;
  /** Threads that Deno and Bun have named as workers. */
  readonly workers: number;
}

/** Counts the handles that the operating system knows and {@link readDescriptors} does not count. */
export function readHandles(): SystemHandles {
  let watches = 0;
  const inodes: string[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    const target = linkOf(`/proc/self/fd/${fd}`);
    const socket = /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1];
    if (socket !== undefined) inodes.push(socket);
    else if (target === 'anon_inode:inotify') {
      watches += (textOf(`/proc/self/fdinfo/${fd}`) ?? '').match(/^inotify /gm)?.length ?? 0;
    }
  }
  const accepting = listeningInodes();
  const threads = readdirSync('/proc/self/task').map((task) => textOf(`/proc/self/task/${task}/comm`) ?? '');
  return {
    listening: inodes.filter((inode) => accepting.has(inode)).length,
    watches,
    workers: threads.filter((name) => /^(worker-\d+|Worker)$/.test(name.trim())).length,
  };
}

/** Lists the living descendants of a process, without threads and zombies. */
export function livingDescendants(ancestor: number): number[] {
  const childrenOf = Map.groupBy(livingProcesses(), ({ parent }) => parent);
  const found: number[] = [];
  for (let next = [ancestor]; next.length > 0;) {
    next = next.flatMap((pid) => childrenOf.get(pid)?.map((child) => child.pid) ?? []);
    found.push(...next);
  }
  return found;
}

/** Lists processes whose environment holds this setting (`NAME=value`), whatever their parent is by now. */
export function processesWith(setting: string): number[] {
  return processIds().filter((pid) => (textOf(`/proc/${pid}/environ`) ?? '').split('\0').includes(setting));
}

/**
 * Counts the living descendants of a process, and those whose parent has died. The init process has adopted the
 * latter, but they have inherited the setting.
 */
export function livingOffspring(ancestor: number, setting: string): number {
  const known = new Set([...livingDescendants(ancestor), ...processesWith(setting)]);
  known.delete(ancestor);
  return known.size;
}

/** Lists living processes. /proc/<pid>/task/<tid>/children takes the kernel longer than all of this. */
function livingProcesses(): { pid: number; parent: number }[] {
  return processIds().flatMap((pid) => {
    const stat = textOf(`/proc/${pid}/stat`);
    // pid (name) state parent …; the name may hold any character, brackets and spaces too
    const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    if (state === undefined || state === 'Z' || state === 'X') return [];
    return [{ pid, parent: Number(parent) }];
  });
}

/** Lists process ids; none without /proc, where proofs are refused. */
function processIds(): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Lists the inodes of listening sockets. */
function listeningInodes(): Set<string> {
  const inodes = new Set<string>();
  for (const table of ['tcp', 'tcp6']) {
    for (const row of rowsOf(`/proc/self/net/${table}`)) {
      // sl, local, remote, state (0A: listen), queues, timer, retransmits, uid, timeout, inode
      if (row[3] === '0A' && row[9] !== undefined) inodes.add(row[9]);
    }
  }
  for (const row of rowsOf('/proc/self/net/unix')) {
    // address, references, protocol, flags (bit 16: accepts connections), type, state, inode
    const accepts = (parseInt(row[3] ?? '', 16) & 0x10000) !== 0;
    if (accepts && row[6] !== undefined) inodes.add(row[6]);
  }
  return inodes;
}

function rowsOf(table: string): string[][] {
  const lines = (textOf(table) ?? '').trim().split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/));
}

/** Reads a file; a process or descriptor may be gone by now. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

function linkOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
