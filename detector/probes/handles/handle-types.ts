import { Map, Set } from '../../engine/intrinsics.ts';
import { hops } from '../../origin/scheduled-by.ts';
import type { Kind } from '../../kinds.ts';

/** The engine's names of each kind: in async_hooks, and in `process.getActiveResourcesInfo()`. */
const engineNames: readonly {
  readonly kind: Kind;
  readonly types: readonly string[];
  readonly names: readonly string[];
}[] = [
  { kind: 'timer', types: ['Timeout', 'Immediate'], names: ['Timeout', 'Immediate'] },
  {
    kind: 'server',
    types: ['TCPSERVERWRAP', 'PIPESERVERWRAP'],
    names: ['TCPServerWrap', 'PipeServerWrap'],
  },
  {
    kind: 'socket',
    types: ['TCPWRAP', 'PIPEWRAP', 'UDPWRAP'],
    names: ['TCPSocketWrap', 'TLSWrap', 'PipeWrap', 'UDPWrap'],
  },
  { kind: 'process', types: ['PROCESSWRAP'], names: ['ProcessWrap'] },
  { kind: 'worker', types: ['WORKER'], names: ['Worker'] },
  { kind: 'port', types: ['MESSAGEPORT'], names: ['MessagePort'] },
  { kind: 'watcher', types: ['FSEVENTWRAP', 'STATWATCHER'], names: ['FSEventWrap', 'StatWatcher'] },
  { kind: 'stream', types: ['ZLIB'], names: [] },
  {
    kind: 'request',
    types: ['GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'QUERYWRAP'],
    names: ['GetAddrInfoReqWrap', 'QueryReqWrap'],
  },
];
const kindsByType = new Map(engineNames.flatMap(({ kind, types }) => types.map((type) => [type, kind])));
const kindsByName = new Map(engineNames.flatMap(({ kind, names }) => names.map((name) => [name, kind])));

/** Returns the kind that a name of `process.getActiveResourcesInfo()` means, if any. */
export function kindOfName(name: string): Kind | undefined {
  return kindsByName.get(name);
}

/** Types that go only when they are collected, closed or not: held weakly, and looked at after a collection. */
export const collectable = new Set(['MESSAGEPORT', 'ZLIB']);

/** Types of work that opens or closes something when it ends; it ends by itself, and is no leak. */
const transient = new Set([
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

/** Types of work on a file, which holds one of the few threads that all files share: a pipe may never answer. */
const onFiles: ReadonlySet<string> = new Set(['FSREQCALLBACK', 'FSREQPROMISE']);

/** Types in whose callbacks a server handles the requests of a connection. */
const ofServers: ReadonlySet<string> = new Set(['HTTPINCOMINGMESSAGE', 'HTTP2SESSION', 'HTTP2STREAM']);

/** The facts about a type that decide how it is recorded; found in one look, because hooks see many types. */
export interface Trait {
  readonly kind?: Kind;
  readonly isTransient: boolean;
  readonly isOnFile: boolean;
  readonly isHop: boolean;
  /** True for what a server makes for its connections: its callbacks belong to the call that started the server. */
  readonly isOfServer: boolean;
}
const traits = new Map<string, Trait>();
for (const type of [...kindsByType.keys(), ...transient, ...hops, ...ofServers]) {
  const kind = kindsByType.get(type);
  traits.set(type, {
    ...(kind && { kind }),
    isTransient: transient.has(type),
    isOnFile: onFiles.has(type),
    isHop: hops.has(type),
    isOfServer: ofServers.has(type),
  });
}

/** Returns the trait of a type; most types have none. */
export function traitOf(type: string): Trait | undefined {
  return type === 'TickObject' ? tick : traits.get(type);
}

/** The trait of the most frequent type, kept out of the map. */
const tick = traits.get('TickObject');
