import { spawnSync, type ChildProcess } from 'node:child_process';

/** Leaders of the groups that are to end when this process does, and how. */
const leaders = new Map<ChildProcess, () => void>();
let isListening = false;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has a child's process group end with this process, also when a signal ends it: a group of its own gets no
 * Ctrl+C of the terminal.
 *
 * @param child spawned with `detached`
 * @param end what ends it; default {@link killGroup}
 * @returns a function that lets go of it; with the last one, every listener is gone
 */
export function endWithUs(child: ChildProcess, end: () => void = () => killGroup(child)): () => void {
  listen();
  leaders.set(child, end);
  return () => {
    if (leaders.delete(child) && leaders.size === 0) stopListening();
  };
}

/**
 * Starts a child whose group ends with this process. A signal that comes while it starts, which takes long on a busy
 * machine, is heard when there is something to end.
 */
export function startWithUs<Child extends ChildProcess>(
  start: () => Child,
): { readonly child: Child; readonly release: () => void } {
  listen();
  try {
    const child = start();
    return { child, release: endWithUs(child) };
  } catch (error) {
    if (leaders.size === 0) stopListening();
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
