import { hideOurFrames } from '../../origin/real-call.ts';

// taken at load, before the program replaces them
const { nextTick } = process;
const { queueMicrotask, setImmediate } = globalThis;

/** The circumstances of an exit. */
export interface Exit {
  /** The exit code, unless a listener of the program changes it. */
  readonly code: number;
  /** True if an uncaught error ended the process. */
  readonly hasCrashed: boolean;
  /** True if the event loop was empty, and nothing began since {@link AtEnd.idle}. */
  readonly isIdle: boolean;
}

/** The callbacks for the end of a process. */
export interface AtEnd {
  /**
   * Called when the event loop is empty, after the program's listeners; the process waits for it.
   *
   * @returns a function to call if the program goes on all the same
   */
  idle(): Promise<() => void>;
  /**
   * Called when the process exits, and nothing can be awaited.
   *
   * @returns the exit code to set instead of 0
   */
  exit(exit: Exit): number;
}

/**
 * Watches the end of the process unnoticed: it adds no listener, the program's listeners are called as often as
 * before, and the exit code stays unless {@link AtEnd.exit} returns another.
 *
 * It stands between Node and the listeners, because awaiting after `beforeExit` brings another `beforeExit`, which is
 * hidden from the program.
 */
export function watchEnd({ idle, exit }: AtEnd): void {
  const emit = process.emit.bind(process) as (name: string | symbol, ...args: unknown[]) => boolean;
  let isIdle = false;
  let hasCrashed = false;

  const look = async (before: Counts): Promise<void> => {
    const goOn = await idle();
    // a turn later, so that what began meanwhile is counted
    setImmediate(() => {
      isIdle = !hasMore(before);
      if (!isIdle) goOn();
    });
  };

  const beforeExit = (args: unknown[]): boolean => {
    if (isIdle) return false;
    const before = held();
    const isHeard = emit('beforeExit', ...args);
    afterMicrotasks(() => {
      // otherwise the program goes on, and Node emits `beforeExit` again at its end
      if (!hasMore(before)) void look(before);
    });
    return isHeard;
  };

  const exiting = (args: unknown[]): boolean => {
    const code = exit({ code: numberOf(args[0]), hasCrashed, isIdle });
    if (code === 0) return emit('exit', ...args);
    const { reallyExit } = process as unknown as { reallyExit: (own?: number) => void };
    // a listener that calls process.exit() doesn't return
    Object.assign(process, { reallyExit: (own = 0) => reallyExit.call(process, own === 0 ? code : own) });
    const isHeard = emit('exit', ...args);
    if (numberOf(process.exitCode) === 0) process.exitCode = code;
    return isHeard;
  };

  const standIn = (name: string | symbol, ...args: unknown[]): boolean => {
    if (name === 'beforeExit') return beforeExit(args);
    if (name === 'exit') return exiting(args);
    const isHeard = emit(name, ...args);
    if (name === 'uncaughtException' && !isHeard) {
      hasCrashed = true;
      // Node prints the stack next
      hideOurFrames(args[0]);
    }
    return isHeard;
  };
  Object.defineProperty(standIn, 'name', { value: 'emit' });
  Object.defineProperty(process, 'emit', { value: standIn, writable: true, configurable: true });
}

type Counts = ReadonlyMap<string, number>;

/** Counts open resources by type: those that keep the loop alive, and stdio, which doesn't. */
function held(): Counts {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function hasMore(before: Counts): boolean {
  return [...held()].some(([type, count]) => count > (before.get(type) ?? 0));
}

function numberOf(code: unknown): number {
  return Number(code ?? 0);
}

/** Runs `work` after two rounds of microtasks, when async listeners are past their first awaits. */
function afterMicrotasks(work: () => void): void {
  queueMicrotask(() => nextTick(() => queueMicrotask(() => nextTick(work))));
}
