import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Guard } from '../../engine/guard.ts';
import { getProperty, Map, Set, WeakMap, WeakRef } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
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
import { callReal } from '../../origin/real-call.ts';

interface Spawned extends Birth {
  readonly capture: Capture;
  readonly child: WeakRef<object>;
  readonly pid: number;
  readonly startedAt: number;
  /** True if the child leads a session; no other process gets its number while the session has members. */
  readonly isLeader: boolean;
  /** The child's ends of its pipes to this process; a process that holds one has inherited it. */
  readonly pipes: readonly string[];
  /** The descendants that were seen while the child lived. */
  readonly seen: Set<string>;
}

const depth = 40;

/**
 * The probe of processes that a child process started and that run on after the child has died.
 *
 * The system gives them another parent, so their descent must be known before. A living child is seen by its handle,
 * and stands for all that it started.
 *
 * Three things prove descent: the process is in the session that the child led (`detached`), it holds the child's end
 * of a pipe, or it was seen below the child while the child lived. The probe looks at the child when this process sends
 * a signal to it, and at each look of a check. It needs `/proc`. Does not see what a child without pipes and session
 * started and left without a signal, daemons that gave up session and pipes, and children of `spawnSync`.
 */
export class OrphanProbe implements Probe {
  readonly name = 'orphans';
  readonly guard = new Guard();
  /** The spawned children; one that has ended stays until none of its descendants lives. */
  readonly #spawned = new Set<Spawned>();
  /** The facts known when a child is made and has no number yet. */
  #made = new WeakMap<object, Pick<Spawned, 'capture' | 'child' | 'owner'>>();
  readonly #patches = new Patches();
  readonly #scheduledBy: ScheduledBy;
  #isPatched = false;
  #sweepAt = 100;

  /** @param scheduledBy says what scheduled the current turn */
  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  readonly #onMade = this.guard.hook((message: unknown): void => {
    const child = childOf(message);
    const handle = child && handleOf(child);
    if (!handle) return;
    this.#patch(handle);
    const capture = new Capture(depth, this.#scheduledBy.current(), this.#onMade);
    this.#made.set(handle, { capture, child: new WeakRef(child), owner: currentOwner() });
  });

  start(): void {
    if (process.platform !== 'linux') return;
    subscribe('child_process', this.#onMade);
    const look = this.guard.hook(this.#look.bind(this));
    this.#patches.method(process, 'kill', (real) => {
      return function kill(this: unknown, ...args: unknown[]): unknown {
        if (typeof args[0] === 'number') look(Math.abs(args[0]));
        return callReal(real, this, args);
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
   * Patches the methods of the native handle.
   *
   * ChildProcess makes the pipes in its own methods: patched, they would put a line of ours on the pipes' stacks.
   */
  #patch(handle: object): void {
    if (this.#isPatched) return;
    this.#isPatched = true;
    const prototype = Object.getPrototypeOf(handle) as object;
    const note = this.guard.hook(this.#note.bind(this));
    const look = this.guard.hook(this.#look.bind(this));
    this.#patches.method(prototype, 'spawn', (real) => {
      return function spawn(this: unknown, ...args: unknown[]): unknown {
        const error = callReal(real, this, args);
        note(this, args);
        return error;
      };
    });
    this.#patches.method(prototype, 'kill', (real) => {
      return function kill(this: unknown, ...args: unknown[]): unknown {
        look(pidOf(this));
        return callReal(real, this, args);
      };
    });
  }

  /** Records a child that has started its program, and so has a number; it stays at least a turn of the event loop. */
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

  /** Records the descendants of a process before it is signalled. */
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

  /** Returns the survivors of each ended child, without their own children; drops children that left no survivor. */
  #survivorsOf(ended: readonly Spawned[]): Map<Spawned, ProcessEntry[]> {
    const survivors = new Map<Spawned, ProcessEntry[]>();
    // without session, pipes and sightings, no survivor could be recognised
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
      // the system does not give the number away while the session has members
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

/** Reports whether a child still has its number; true also for one whose end the event loop has not seen yet. */
function isThere({ pid, startedAt }: Spawned): boolean {
  return processOf(pid)?.startedAt === startedAt;
}

function idOf({ pid, startedAt }: ProcessEntry): string {
  return `${pid} ${startedAt}`;
}

function childOf(message: unknown): ChildProcess | undefined {
  return isRecord(message) && message['process'] instanceof ChildProcess ? message['process'] : undefined;
}

/** Returns the native handle of a child; there is no public way to see it get its number. */
function handleOf(child: object): object | undefined {
  const handle: unknown = getProperty(child, '_handle');
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
 * Returns the pipes that were made for the child; a descriptor that it inherits has other holders too.
 *
 * The native `spawn` gets a list of the child's descriptors, on Node 22 within its options.
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
 * Returns the system's name for the child's end of a pipe.
 *
 * For a child that has ended, the name follows from our own end: one system call makes both, with successive numbers.
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
