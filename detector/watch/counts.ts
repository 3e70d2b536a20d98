import { isMainThread } from 'node:worker_threads';
import type { EventEmitter } from 'node:events';
import { now } from '../engine/real-clock.ts';
import { Map } from '../engine/intrinsics.ts';
import { kindOfName } from '../probes/handles/handle-types.ts';
import { descriptors } from '../probes/files/open-descriptors.ts';
import type { ProbeName } from '../probes/probe.ts';
import { CrowdedTargets } from './crowded-targets.ts';
import { InFlight } from './in-flight.ts';

/** The names of what is counted beside Node's active resources. */
const counted = { descriptors: 'descriptors', listeners: 'listeners', requests: 'requests' } as const;

/** The numbers of what is open, by type, without a stack or a hook. */
export class Counts {
  readonly #crowded: CrowdedTargets;
  readonly #inFlight: InFlight;
  readonly #cpu: number;
  #descriptors = 0;
  /** The time before which the descriptors are not listed again. */
  #notBefore = 0;

  /** @param cpu the share of the CPU that may be used */
  constructor(emitters: readonly EventEmitter[], mostRequests: number, cpu: number) {
    this.#cpu = cpu;
    this.#crowded = new CrowdedTargets(emitters);
    this.#inFlight = new InFlight(mostRequests);
  }

  start(): void {
    this.#crowded.start();
    this.#inFlight.start();
  }

  stop(): void {
    this.#crowded.stop();
    this.#inFlight.stop();
  }

  read(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
    // threads share the descriptors of the process: one of them counts
    if (isMainThread && descriptors.hasNames) counts.set(counted.descriptors, this.#countDescriptors());
    counts.set(counted.listeners, this.#crowded.count());
    counts.set(counted.requests, this.#inFlight.count());
    return counts;
  }

  /** Lists the descriptors, less often where there are many: the list costs a tenth of the budget at most. */
  #countDescriptors(): number {
    const from = now();
    if (from < this.#notBefore) return this.#descriptors;
    this.#descriptors = descriptors.open().length;
    const until = now();
    this.#notBefore = until + (until - from) / (this.#cpu / 10);
    return this.#descriptors;
  }
}

/** Returns the probes that see the lines of a type. */
export function probesFor(type: string): readonly ProbeName[] {
  if (type === counted.listeners) return ['listeners'];
  if (type === counted.descriptors) return ['handles', 'requests', 'descriptors', 'databases', 'directories'];
  if (type === 'Timeout' || type === 'Immediate') return ['handles'];
  return ['handles', 'requests'];
}

/** Returns the number that the open resources of a kind can't exceed, where they can't be asked themselves. */
export function countedAs(kind: string, counts: ReadonlyMap<string, number>): number | undefined {
  if (kind === 'fd') return counts.get(counted.descriptors);
  if (kind !== 'server') return undefined;
  let sum = 0;
  for (const [name, count] of counts) if (kindOfName(name) === kind) sum += count;
  return sum;
}
