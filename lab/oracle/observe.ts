/** Reads every observable of the contract from this process, once it has come to rest. */
import type { Session } from 'node:inspector';
import { setImmediate as turn } from 'node:timers/promises';
import type { Observable } from '../contract.ts';
import { takeCensus } from './live-objects.ts';
import { closeIdleHttp } from './pools.ts';
import type { Reading } from './reading.ts';
import { settle } from './rest.ts';
import type { Stalls } from './open-awaits.ts';
import { badge, livingOffspring, readDescriptors } from './system.ts';

/** Sources of a reading. */
export interface Instruments {
  readonly session: Session;
  readonly stalls: () => Stalls;
  /** Counts the connections that the upstream has open for this process. */
  readonly connections: () => Promise<number>;
}

/** Types of resources that the census counts by their objects, ref'd or not, and of requests on those. */
const inCensus =
  /^(Timeout|Worker|MessagePort|StatWatcher|((TCP|Pipe|UDP)\w*|TTY|Process|FSEvent|Signal|Write|Shutdown)Wrap)$/;

/** Waits for rest, collects garbage, and reads every observable. */
export async function observe(k: number, { session, stalls, connections }: Instruments): Promise<Reading> {
  closeIdleHttp();
  await settle(() => glance(stalls));
  await collectGarbage();
  const census = takeCensus(session);
  await collectGarbage();
  const heap = readHeap();
  const { files, sockets } = readDescriptors();
  const { stalled, collected, sites } = stalls();
  const requests = activeRequests();
  const values: Record<Observable, number> = {
    handles: sum(census, 'handles ') + sum(requests, 'handles '),
    fds: files,
    // the larger number: the upstream also sees connections of descendants
    sockets: Math.max(sockets, await connections()),
    children: livingOffspring(process.pid, `${badge}=${process.env[badge]}`),
    listeners: sum(census, 'listeners '),
    heap,
    stalls: stalled,
  };
  return { k, values, collected, parts: { ...census, ...requests, ...sites } };
}

/** Returns all cheap readings as one text; a child that ends takes its handle along. */
export function glance(stalls: () => Stalls): string {
  const { files, sockets } = readDescriptors();
  const resources = process.getActiveResourcesInfo().toSorted();
  return JSON.stringify([files, sockets, stalls().stalled, resources]);
}

/** Collects garbage, with turns for finalizers and for the handles that they close. */
async function collectGarbage(): Promise<void> {
  collectOnce();
  for (let turns = 0; turns < 3; turns++) await turn();
}

/** Collects once, in a plain function: the registers of an async one may still hold garbage. */
function collectOnce(): void {
  if (globalThis.gc === undefined) throw new Error('no gc(): the measured child needs --expose-gc');
  globalThis.gc();
}

/** Returns the heap in use; `external` includes array buffers. */
function readHeap(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Counts the resources that keep the loop alive and are no handles: look-ups, file operations, immediates. */
function activeRequests(): Record<string, number> {
  const requests: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) {
    if (inCensus.test(type)) continue;
    requests[`handles ${type}`] = (requests[`handles ${type}`] ?? 0) + 1;
  }
  return requests;
}

function sum(counts: Readonly<Record<string, number>>, prefix: string): number {
  return Object.entries(counts).reduce(
    (total, [name, n]) => (name.startsWith(prefix) ? total + n : total),
    0,
  );
}
