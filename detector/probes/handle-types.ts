import { hops } from '../causes.ts';
import type { Kind } from '../kinds.ts';

/** What the event loop knows of, by the engine's names. */
const kindOfType: Readonly<Record<string, Kind>> = {
  Timeout: 'timer',
  Immediate: 'timer',
  TCPSERVERWRAP: 'server',
  PIPESERVERWRAP: 'server',
  TCPWRAP: 'socket',
  PIPEWRAP: 'socket',
  UDPWRAP: 'socket',
  PROCESSWRAP: 'process',
  WORKER: 'worker',
  MESSAGEPORT: 'port',
  FSEVENTWRAP: 'watcher',
  STATWATCHER: 'watcher',
  ZLIB: 'stream',
  GETADDRINFOREQWRAP: 'request',
  GETNAMEINFOREQWRAP: 'request',
  QUERYWRAP: 'request',
};

/** Closed or not, these go only when they are collected: so they are held weakly, and looked at after a collection. */
export const collectable = new Set(['MESSAGEPORT', 'ZLIB']);

/** Work that is under way and opens or closes something when it is done; over in its own time, and no leak. */
const transient = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

/** Those of them that hold one of the few threads that all files share, and no handle: a pipe may never answer. */
const onFiles: ReadonlySet<string> = new Set(['FSREQCALLBACK', 'FSREQPROMISE']);

/** Each type with what is to be done about it: one look for each of the many that nobody asks about. */
export interface Trait {
  readonly kind?: Kind;
  readonly isTransient: boolean;
  readonly isOnFile: boolean;
  readonly isHop: boolean;
}
const traits = new Map<string, Trait>();
for (const type of [...Object.keys(kindOfType), ...transient, ...hops]) {
  const kind = kindOfType[type];
  traits.set(type, {
    ...(kind && { kind }),
    isTransient: transient.has(type),
    isOnFile: onFiles.has(type),
    isHop: hops.has(type),
  });
}

/** What is to be done about a type; nothing about most. */
export function traitOf(type: string): Trait | undefined {
  return type === 'TickObject' ? tick : traits.get(type);
}

/** By far the most. */
const tick = traits.get('TickObject');
