import type { Facts, Finding } from '../finding.ts';
import type { Kind } from '../kinds.ts';

/** Returns the facts of a finding in words; undefined where the title says everything. */
export function factLine({ kind, facts = {}, also = [] }: Finding): string | undefined {
  const parts = [
    facts.countedOnly === true ? "counted only; level 'light' shows the line" : words[kind]?.(facts),
    also.length > 0 ? `with ${also.map(({ type, count }) => `${count} ${type}`).join(', ')}` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join('; ') : undefined;
}

const holders = { thread: 'open in another thread', process: 'open in a child process' } as const;

const words: Readonly<Partial<Record<Kind, (facts: Facts) => string | undefined>>> = {
  server: ({ closing, connections = 0, heldBy }) => {
    if (heldBy !== undefined) return holders[heldBy];
    if (closing === undefined) return undefined;
    return `${closing ? 'close() waits for' : 'listening,'} ${counted(connections, 'open connection')}`;
  },
  socket: ({ idleConnections, heldBy, endedThere, event }) => {
    if (heldBy !== undefined) return holders[heldBy];
    if (idleConnections !== undefined) return counted(idleConnections, 'idle connection');
    if (endedThere !== true || event === undefined) return undefined;
    return `given to the listener for '${event}'; the other side has ended it`;
  },
  fd: ({ path }) => path,
  folder: ({ path }) => path,
  process: ({ command, processes, pipeOnly }) => {
    if (pipeOnly === true) return 'the process has exited, but its pipe is still open';
    if (command === undefined) return undefined;
    return processes === 1
      ? `${command} still runs after the child that started it has ended`
      : `${command} still run after the child that started them has ended`;
  },
  listener: ({ event, target, channel }) => {
    if (channel !== undefined) return `channel '${channel}'`;
    return event === undefined ? undefined : `'${event}' of ${target ?? 'object'}`;
  },
  await: ({ furtherRun }) =>
    furtherRun === undefined ? undefined : `run ${furtherRun} of the same work never ended`,
  lease: ({ touched, furtherRun, timedOut, lock }) => {
    if (timedOut === true) return `runs from ${(furtherRun ?? 3) - 1} on time out here; the first did not`;
    if (lock !== undefined) return `'${lock}' of navigator.locks`;
    if (furtherRun !== undefined) return `run ${furtherRun} of the same work waits for it`;
    if (touched === undefined) return undefined;
    return touched ? 'not given back since it was last used' : 'never given back';
  },
  memory: ({ perRun, bytesPerRun, undo }) => {
    if (perRun === undefined) return undefined;
    const release = undo === undefined ? '' : `; ${undo} releases them`;
    return `${perRun} more after each run, ${bytesPerRun ?? 0} bytes${release}`;
  },
};

/** Returns the facts that tell one resource of a program from its like; undefined if none is known. */
export function clueLine({ kind, facts = {} }: Finding): string | undefined {
  return clues[kind]?.(facts);
}

const clues: Readonly<Partial<Record<Kind, (facts: Facts) => string | undefined>>> = {
  timer: ({ ms, repeats, ref }) => {
    if (ms === undefined) return undefined;
    const time = `${ms.toLocaleString('en')} ms`;
    return `${repeats === true ? `every ${time}` : `once, after ${time}`}${ref === false ? "; unref'd" : ''}`;
  },
  server: ({ upgraded, closing }) =>
    upgraded === undefined || closing !== true
      ? undefined
      : `${upgraded} of them taken over by a listener for 'upgrade' or 'connect'`,
  socket: ({ endedHere, endedThere, event }) => {
    if (endedHere === true)
      return `end() was called here${endedThere === true ? ' and there' : ', and not there'}`;
    return endedThere === true && event === undefined ? 'the other side has ended it' : undefined;
  },
  request: ({ timeout, timeoutHeard }) => {
    if (timeout === undefined) return undefined;
    return `a timeout of ${timeout.toLocaleString('en')} ms, ${timeoutHeard === true ? 'with' : 'without'} a listener`;
  },
  process: ({ killed }) => (killed === true ? 'it was sent a signal, and runs on' : undefined),
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
