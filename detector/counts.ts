import type { Finding } from './finding.ts';
import type { Kind } from './kinds.ts';
import { descriptors } from './probes/open-descriptors.ts';

/** Names that `process.getActiveResourcesInfo()` gives, and the descriptors of the process. */
const kindOfName: Readonly<Record<string, Kind>> = {
  Timeout: 'timer',
  Immediate: 'timer',
  TCPServerWrap: 'server',
  PipeServerWrap: 'server',
  TCPSocketWrap: 'socket',
  TLSWrap: 'socket',
  PipeWrap: 'socket',
  UDPWrap: 'socket',
  ProcessWrap: 'process',
  Worker: 'worker',
  MessagePort: 'port',
  FSEventWrap: 'watcher',
  StatWatcher: 'watcher',
  GetAddrInfoReqWrap: 'request',
  QueryReqWrap: 'request',
  descriptor: 'fd',
};

/** How many of each there are. */
export type Counts = ReadonlyMap<string, number>;

/** What keeps the process alive at this moment, by type, and its open descriptors. */
export function countResources(): Counts {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  counts.set('descriptor', descriptors.open().length);
  return counts;
}

/** What there is more of than before; a type that is no kind, a request of the file system say, is left out. */
export function moreOf(now: Counts, before: Counts, owner: string): Finding[] {
  const held = [...now].filter(([type]) => kindOfName[type] && type !== 'descriptor');
  const grown = held.flatMap(([type, count]) => {
    const more = count - (before.get(type) ?? 0);
    return more > 0 ? [findingOf(type, more, owner)] : [];
  });
  // a socket is a descriptor as well
  const told = grown.reduce((sum, { count, kind }) => (kind === 'timer' ? sum : sum + count), 0);
  const descriptors = (now.get('descriptor') ?? 0) - (before.get('descriptor') ?? 0);
  return descriptors > told ? [...grown, findingOf('descriptor', descriptors - told, owner)] : grown;
}

function findingOf(type: string, count: number, owner: string): Finding {
  return {
    kind: kindOfName[type] ?? 'fd',
    type,
    count,
    related: [],
    stack: [],
    owner,
    evidence: 'alive',
    facts: { countedOnly: true },
  };
}
