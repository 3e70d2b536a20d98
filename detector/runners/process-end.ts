// taken at load, before the program puts its own in their place
const { nextTick } = process;
const { queueMicrotask, setImmediate } = globalThis;

/** How a process comes to its exit. */
export interface Exit {
  /** What the exit code is to be, unless a listener of the program changes it. */
  readonly code: number;
  /** By an error that nobody has caught. */
  readonly hasCrashed: boolean;
  /** The event loop is empty, and nothing has been done since {@link AtEnd.idle}. */
  readonly isIdle: boolean;
}

/** What is done when a process comes to its end. */
export interface AtEnd {
  /** The event loop is empty, and the program has been told so. What is awaited here keeps the process alive. */
  idle(): Promise<void>;
  /**
   * The process exits, and nothing can be waited for.
   *
   * @returns the exit code that it is to have instead of 0
   */
  exit(exit: Exit): number;
}

/**
 * Sees the end of the process, and the program does not see that anybody looks: no listener is added, every event
 * reaches the program's own as often as without us, and its exit code stays unless {@link AtEnd.exit} asks for another.
 *
 * So it stands between Node and the listeners: what is awaited after a `beforeExit` brings another `beforeExit`,
 * which is not for the program.
 */
export function watchEnd({ idle, exit }: AtEnd): void {
  const emit = process.emit.bind(process) as (name: string | symbol, ...args: unknown[]) => boolean;
  let isIdle = false;
  let hasCrashed = false;

  const look = async (before: Counts): Promise<void> => {
    await idle();
    // a turn later, what has begun meanwhile can be seen
    setImmediate(() => {
      isIdle = !hasMore(before);
    });
  };

  const beforeExit = (args: unknown[]): boolean => {
    if (isIdle) return false;
    const before = held();
    const isHeard = emit('beforeExit', ...args);
    afterMicrotasks(() => {
      // else the program goes on, and is told again when it has come to its end
      if (!hasMore(before)) void look(before);
    });
    return isHeard;
  };

  const exiting = (args: unknown[]): boolean => {
    const code = exit({ code: numberOf(args[0]), hasCrashed, isIdle });
    if (code === 0) return emit('exit', ...args);
    const { reallyExit } = process as unknown as { reallyExit: (own?: number) => void };
    // a listener that calls process.exit() does not come back
    Object.assign(process, { reallyExit: (own = 0) => reallyExit.call(process, own === 0 ? code : own) });
    const isHeard = emit('exit', ...args);
    if (numberOf(process.exitCode) === 0) process.exitCode = code;
    return isHeard;
  };

  const standIn = (name: string | symbol, ...args: unknown[]): boolean => {
    if (name === 'beforeExit') return beforeExit(args);
    if (name === 'exit') return exiting(args);
    const isHeard = emit(name, ...args);
    if (name === 'uncaughtException' && !isHeard) hasCrashed = true;
    return isHeard;
  };
  Object.defineProperty(standIn, 'name', { value: 'emit' });
  Object.defineProperty(process, 'emit', { value: standIn, writable: true, configurable: true });
}

type Counts = ReadonlyMap<string, number>;

/** What is held open, by type: what keeps the loop alive, and stdio, which does not. */
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

/** Twice round: what async listeners do behind their first awaits is done then, and the loop goes on after it. */
function afterMicrotasks(work: () => void): void {
  queueMicrotask(() => nextTick(() => queueMicrotask(() => nextTick(work))));
}
