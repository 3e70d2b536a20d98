import { spawnSync, type ChildProcess } from 'node:child_process';

/** Leaders of the groups that are to end when this process does, and how. */
const leaders = new Map<ChildProcess, () => void>();
let isListening = false;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a child whose process group ends with this process, also when a signal ends it: a group of its own gets no
 * Ctrl+C of the terminal. A signal that comes while it starts, which takes long on a busy machine, is heard when there
 * is something to end.
 *
 * @param start spawns it, with `detached`; what it gives back, a child or zx's promise of its end, has the child
 * @param end what ends it; default {@link killGroup}
 * @returns what was started, its child, and a function that lets go of it; with the last one, every listener is gone
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

/** Ends a child and all that it started, unless that went into a group of its own. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    // there are no groups, but trees
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
  // nobody listens any more: now it ends this process as it would have without us
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
