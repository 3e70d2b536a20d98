import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Causes } from '../../origin/scheduled-by.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { isRecord } from '../../rules/record.ts';
import { Capture } from '../../origin/capture.ts';
import {
  allProcesses,
  commandOf,
  descendantsOf,
  descriptorOf,
  descriptorsOf,
  processOf,
  type ProcessEntry,
} from './process-table.ts';

interface Spawned extends Birth {
  readonly capture: Capture;
  readonly child: WeakRef<object>;
  readonly pid: number;
  readonly startedAt: number;
  /** It leads a session of its own, whose number nobody else gets while somebody is in it. */
  readonly isLeader: boolean;
  /** Its ends of the pipes to this process; who holds one has inherited it. */
  readonly pipes: readonly string[];
  /** Its descendants, as far as they were seen while it lived. */
  readonly seen: Set<string>;
}

const depth = 40;

/**
 * Processes that a child process has started, and that run on after it has died. The system hands them to another
 * parent, so descent has to be known from before; a child that lives is found by its handle, with all it has started.
 *
 * Three things prove descent: to be in the session that the child has led (`detached`), to hold the child's end of one
 * of its pipes, and to have been seen below the child while it lived. It is looked at when this process
 * sends it a signal, and at each look of a check. Only where there is a `/proc`. Does not see what a child without pipes
 * and session of its own has started and left without a signal, what has left session and pipes behind as a daemon
 * does, and nothing of `spawnSync`.
 */
export class OrphanProbe implements Probe {
  readonly name = 'orphans';
  /** Those that have been spawned in this window and have ended stay until it is known that nobody of theirs lives. */
  readonly #spawned = new Set<Spawned>();
  /** What is known when the child is made, and has no number yet. */
  #made = new WeakMap<object, Pick<Spawned, 'capture' | 'child' | 'owner'>>();
  readonly #patches = new Patches();
  readonly #causes: Causes;
  #isPatched = false;
  #sweepAt = 100;

  /** @param causes who scheduled what */
  constructor(causes: Causes) {
    this.#causes = causes;
  }

  readonly #onMade = (message: unknown): void => {
    const child = childOf(message);
    const handle = child && handleOf(child);
    if (!handle) return;
    this.#patch(handle);
    const capture = new Capture(depth, this.#causes.current(), this.#onMade);
    this.#made.set(handle, { capture, child: new WeakRef(child), owner: currentOwner() });
  };

  start(): void {
    if (process.platform !== 'linux') return;
    subscribe('child_process', this.#onMade);
    const look = this.#look.bind(this);
    this.#patches.method(process, 'kill', (real) => {
      return function kill(this: unknown, ...args: unknown[]): unknown {
        if (typeof args[0] === 'number') look(Math.abs(args[0]));
        return Reflect.apply(real, this, args);
      };
    });
  }

  stop(): void {
    unsubscribe('child_process', this.#onMade);
    this.#patches.undo();
    this.#isPatched = false;
    this.#spawned.clear();
    this.#made = new WeakMap();
  }

  /**
   * The native handle's methods, not those of ChildProcess: there the pipes are made as well, and would have a line of
   * ours on their stacks.
   */
  #patch(handle: object): void {
    if (this.#isPatched) return;
    this.#isPatched = true;
    const prototype = Object.getPrototypeOf(handle) as object;
    const note = this.#note.bind(this);
    const look = this.#look.bind(this);
    this.#patches.method(prototype, 'spawn', (real) => {
      return function spawn(this: unknown, ...args: unknown[]): unknown {
        const error = Reflect.apply(real, this, args);
        note(this, args);
        return error;
      };
    });
    this.#patches.method(prototype, 'kill', (real) => {
      return function kill(this: unknown, ...args: unknown[]): unknown {
        look(pidOf(this));
        return Reflect.apply(real, this, args);
      };
    });
  }

  /** It has a number from now on, and has started its program; it can't be gone before a turn of the event loop. */
  #note(handle: unknown, args: readonly unknown[]): void {
    const made = typeof handle === 'object' && handle !== null ? this.#made.get(handle) : undefined;
    const pid = pidOf(handle);
    const entry = pid === undefined ? undefined : processOf(pid);
    if (!made || !entry) return;
    this.#spawned.add({
      ...made,
      serial: nextSerial(),
      pid: entry.pid,
      startedAt: entry.startedAt,
      isLeader: entry.session === entry.pid,
      pipes: pipesIn(args).flatMap((pipe) => endOf(entry.pid, pipe)),
      seen: new Set(),
    });
    if (this.#spawned.size > this.#sweepAt) this.#sweep();
  }

  /** Somebody is about to get a signal: who lives below him now is known afterwards. */
  #look(pid: number | undefined): void {
    for (const spawned of this.#spawned)
      if (pid === spawned.pid || [...spawned.seen].some((id) => id.startsWith(`${pid} `))) note(spawned);
  }

  left(window: Window): Leftover[] {
    for (const spawned of this.#spawned) if (window.includes(spawned)) note(spawned);
    const ended = [...this.#spawned].filter((each) => window.includes(each) && !isThere(each));
    const survivors = this.#survivorsOf(ended);
    return ended.flatMap((spawned) => {
      const { capture, serial, owner } = spawned;
      const alive = survivors.get(spawned) ?? [];
      const commands = alive.map(({ pid }) => commandOf(pid));
      if (commands.length === 0) return [];
      const subject = spawned.child.deref();
      return [
        {
          kind: 'process',
          type: 'orphan process',
          evidence: 'alive',
          capture,
          serial,
          owner,
          ...(subject instanceof ChildProcess && { subject, parts: streamsOf(subject) }),
          facts: () => ({ command: commands.join(' and '), processes: commands.length }),
        },
      ];
    });
  }

  letGo(): void {
    for (const { capture } of this.#spawned) void capture.frames;
  }

  /** Of each that has ended, those that live on, without their own children. Who has none won't have any, and is dropped. */
  #survivorsOf(ended: readonly Spawned[]): Map<Spawned, ProcessEntry[]> {
    const survivors = new Map<Spawned, ProcessEntry[]>();
    // nobody could be known as his
    for (const each of ended)
      if (!each.isLeader && each.pipes.length + each.seen.size === 0) this.#spawned.delete(each);
    const open = ended.filter((each) => this.#spawned.has(each));
    if (open.length === 0) return survivors;
    const table = allProcesses().filter(({ pid, isZombie }) => !isZombie && pid !== process.pid);
    const descriptors = new Map<number, ReadonlySet<string>>();
    const holds = ({ pid }: ProcessEntry, pipes: readonly string[]): boolean => {
      if (pipes.length === 0) return false;
      const held = descriptors.get(pid) ?? new Set(descriptorsOf(pid));
      descriptors.set(pid, held);
      return pipes.some((pipe) => held.has(pipe));
    };
    const numbers = new Set(table.map(({ pid }) => pid));
    for (const spawned of open) {
      const { pid, startedAt, isLeader, seen, pipes } = spawned;
      // its number would not have been given again while somebody is in its session
      const session = isLeader && !numbers.has(pid) ? pid : undefined;
      const alive = table.filter(
        (each) =>
          each.startedAt >= startedAt &&
          (each.session === session || seen.has(idOf(each)) || holds(each, pipes)),
      );
      const ids = new Set(alive.map((each) => each.pid));
      if (alive.length === 0) this.#spawned.delete(spawned);
      else
        survivors.set(
          spawned,
          alive.filter(({ parent }) => !ids.has(parent)),
        );
    }
    return survivors;
  }

  #sweep(): void {
    this.#survivorsOf([...this.#spawned].filter((each) => !isThere(each)));
    this.#sweepAt = Math.max(100, this.#spawned.size * 2);
  }
}

function note({ pid, startedAt, seen }: Spawned): void {
  if (processOf(pid)?.startedAt !== startedAt) return;
  for (const each of descendantsOf(pid)) seen.add(idOf(each));
}

/** Also when it has ended and the event loop has not been told: until then its end is under way. */
function isThere({ pid, startedAt }: Spawned): boolean {
  return processOf(pid)?.startedAt === startedAt;
}

function idOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid} ${startedAt}`;
}

function childOf(message: unknown): ChildProcess | undefined {
  return isRecord(message) && message['process'] instanceof ChildProcess ? message['process'] : undefined;
}

/** For lack of a public way to know the moment when it gets its number. */
function handleOf(child: object): object | undefined {
  const handle: unknown = Reflect.get(child, '_handle');
  return typeof handle === 'object' && handle !== null ? handle : undefined;
}

function pidOf(handle: unknown): number | undefined {
  return isRecord(handle) && typeof handle['pid'] === 'number' ? handle['pid'] : undefined;
}

/** A pipe between this process and the child. */
interface Pipe {
  /** The child's descriptor. */
  readonly fd: number;
  /** This process's end of it. */
  readonly handle: unknown;
}

/**
 * The pipes that were made for the child: what it inherits is others' as well. The native `spawn` gets a list of all
 * that it is given, on Node 22 within its options.
 */
function pipesIn(args: readonly unknown[]): Pipe[] {
  const lists = args.map((each) => (isRecord(each) && 'stdio' in each ? each['stdio'] : each));
  return lists.filter(Array.isArray).flatMap((list: readonly unknown[]) =>
    list.flatMap((each, fd) => {
      const isPipe = isRecord(each) && (each['type'] === 'pipe' || each['type'] === 'overlapped');
      return isPipe ? [{ fd, handle: each['handle'] }] : [];
    }),
  );
}

/**
 * The child's end of a pipe, by the system's name for it. Of a child that has ended already the number is worked out:
 * both ends are made by one system call, and numbered one after the other.
 */
function endOf(child: number, { fd, handle }: Pipe): string[] {
  const end = descriptorOf(child, fd);
  if (end !== undefined) return /^(?:socket|pipe):/.test(end) ? [end] : [];
  const own = isRecord(handle) && typeof handle['fd'] === 'number' ? handle['fd'] : -1;
  const [, number] = /^socket:\[(\d+)\]$/.exec(descriptorOf(process.pid, own) ?? '') ?? [];
  return number === undefined ? [] : [`socket:[${Number(number) + 1}]`];
}

/** Returns what the program may wait for in place of a child: its pipes. */
export function streamsOf({ stdin, stdout, stderr }: ChildProcess): object[] {
  return [stdin, stdout, stderr].filter((each) => each !== null);
}
