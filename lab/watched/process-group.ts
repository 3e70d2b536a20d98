import { spawnSync, type ChildProcess } from 'node:child_process';

/** Leaders of the groups that end with this process, and the function that ends each. */
const leaders = new Map<ChildProcess, () => void>();
let isListening = false;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a child whose process group ends with this process, also when a signal ends it. A separate group gets no
 * Ctrl+C from the terminal. A signal that arrives during the start, which is slow on a busy machine, is handled
 * once the child can be ended.
 *
 * @param start spawns it with `detached` and returns a child, or zx's promise of its end
 * @param end ends the child; default {@link killGroup}
 * @returns the return value of `start`, its child, and a function that releases it; the last release removes every
 * listener
 * @throws what `start` throws
 */
export function startWithUs<Started extends { readonly child: ChildProcess | undefined }>(
  start: () => Started,
  end: (child: ChildProcess) => void = killGroup,
): {
  readonly started: Started;
  readonly child: NonNullable<Started['child']>;
  readonly release: () => void;
} {
  listen();
  const release = (leader?: ChildProcess): void => {
    if (leader) leaders.delete(leader);
    if (leaders.size === 0) stopListening();
  };
  try {
    const started = start();
    const child: Started['child'] = started.child;
    if (!child) throw new Error('no process was started');
    leaders.set(child, () => end(child));
    return { started, child, release: () => release(child) };
  } catch (error) {
    release();
    throw error;
  }
}

/** Kills a child and everything that it started, except processes in another group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    // Windows has no groups, but trees
    spawnSync('taskkill', ['/PID', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the group is gone already
  }
}

function killAll(): void {
  for (const end of leaders.values()) end();
}

function endBySignal(signal: NodeJS.Signals): void {
  killAll();
  stopListening();
  // our listener is off: the signal ends this process as it would have without us
  process.kill(process.pid, signal);
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.on('exit', killAll);
  for (const signal of signals) process.on(signal, endBySignal);
}

function stopListening(): void {
  isListening = false;
  process.off('exit', killAll);
  for (const signal of signals) process.off(signal, endBySignal);
}
