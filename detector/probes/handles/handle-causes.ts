import { Set } from '../../engine/intrinsics.ts';
import { mayDepend, type Owner } from '../../origin/owner.ts';
import { sameSite, type AsCause, type Leftover } from '../probe.ts';
import { streamAsCause } from '../stream-causes.ts';

/** Files of Node that stand between a timer that a program has set and the program. */
const timerFiles: ReadonlySet<string> = new Set([
  'node:internal/timers',
  'node:timers',
  'node:timers/promises',
  'node:internal/util',
]);

/** Drops timers that Node sets for its own purposes: idle sockets, the Date header, a fetch's time-out. */
const timerAsCause: AsCause = (timer) => {
  const { caller, apiFiles } = timer.capture;
  return caller && apiFiles.every((file) => timerFiles.has(file)) ? timer : undefined;
};

/** Drops the ports that a worker or a package's pool of workers has for itself. */
const portAsCause: AsCause = (self, { resources, listeningTo }) => {
  const port = whereReceived(self, listeningTo);
  if (!port) return undefined;
  const { caller, apiFiles } = port.capture;
  const isOfAPool =
    caller?.author === 'package' &&
    resources.some((other) => other.kind === 'worker' && sameSite(other, port));
  const isOfAWorker = apiFiles.some(
    (file) => file === 'node:internal/worker' || file === 'node:internal/worker/messaging',
  );
  return isOfAPool || isOfAWorker ? undefined : port;
};

/** Drops a thread that Node starts for itself: `module.register()` runs its hooks in one, until the process ends. */
const workerAsCause: AsCause = (worker) =>
  worker.capture.apiFiles.every((file) => file === 'node:internal/worker') ? worker : undefined;

/** Drops a port whose other end was sent away, beside a thread that still runs: it closes with the thread. */
export const sentPortAsCause: AsCause = (self, beside) => {
  const isOfAThread = beside.resources.some(
    ({ kind, owner }) => kind === 'worker' && mayDepend(owner, self.owner),
  );
  return isOfAThread ? undefined : portAsCause(self, beside);
};

/**
 * Gives a received port, which has no stack, the line where the program listens to it.
 *
 * A port to which only Node listens belongs to a worker whose modules are loaded by hooks.
 */
function whereReceived(
  self: Leftover,
  listeningTo: (target: object) => readonly Leftover['capture'][],
): Leftover | undefined {
  const port = self.capture.frames.length === 0 ? self.weak?.deref() : undefined;
  if (!port) return self;
  const capture = listeningTo(port).find(({ frames }) => frames.some(({ author }) => author === 'user'));
  if (capture) return { ...self, capture };
  const isHeard =
    'eventNames' in port && typeof port.eventNames === 'function' && port.eventNames().length > 0;
  return isHeard ? undefined : self;
}

/** Drops the pipes of a child process that is reported; pipes of an ended child are reported in its place. */
const pipeAsCause: AsCause = (pipe, { resources }) => {
  if (!pipe.capture.apiFiles.includes('node:internal/child_process')) return pipe;
  const isOfAProcess = resources.some((other) => isProcess(other) && sameSite(other, pipe));
  return isOfAProcess ? undefined : { ...pipe, kind: 'process', facts: () => ({ pipeOnly: true }) };
};

function isProcess({ type }: Leftover): boolean {
  return type === 'PROCESSWRAP' || type === 'orphan process';
}

/** Keeps one watcher of a recursive watch, which on Linux is one for each folder. */
const watcherAsCause: AsCause = (watcher, { resources }) => {
  if (!isRecursive(watcher)) return watcher;
  const { site } = watcher.capture;
  if (!site) return undefined;
  const isSame = (owner: Owner | undefined, text: string | undefined): boolean =>
    owner === watcher.owner && text === site.text;
  const first = resources.find(
    (other) => isRecursive(other) && isSame(other.owner, other.capture.site?.text),
  );
  return first === watcher ? watcher : undefined;
};

function isRecursive({ type, capture }: Leftover): boolean {
  return type === 'FSEVENTWRAP' && capture.apiFiles.includes('node:internal/fs/recursive_watch');
}

/** Drops the look-up of a name for something that the same line connects. */
const lookUpAsCause: AsCause = (lookUp, { resources }) => {
  const isPart = resources.some((other) => other.type !== lookUp.type && sameSite(other, lookUp));
  return isPart ? undefined : lookUp;
};

/** The rules by the engine's type name; other types are always causes. */
const asCauseOfType: Readonly<Partial<Record<string, AsCause>>> = {
  Timeout: timerAsCause,
  Immediate: timerAsCause,
  WORKER: workerAsCause,
  MESSAGEPORT: portAsCause,
  PIPEWRAP: pipeAsCause,
  FSEVENTWRAP: watcherAsCause,
  GETADDRINFOREQWRAP: lookUpAsCause,
  ZLIB: streamAsCause,
};

/** Returns the part of a handle's leftover that tells whether it is a cause. */
export function asCauseOf(type: string): Pick<Leftover, 'asCause'> {
  const asCause = asCauseOfType[type];
  return asCause ? { asCause } : {};
}
