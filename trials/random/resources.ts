/** All resources that a random program can acquire, each with its line and its truth. */
import type { Resource } from './resource.ts';
import { clients } from './resources/clients.ts';
import { files } from './resources/files.ts';
import { listeners } from './resources/listeners.ts';
import { servers } from './resources/servers.ts';
import { threads } from './resources/threads.ts';
import { timers } from './resources/timers.ts';
import { waits } from './resources/waits.ts';

const resources = { ...timers, ...servers, ...clients, ...files, ...threads, ...listeners, ...waits };

export type ResourceName = keyof typeof resources;
export const resourceNames = Object.keys(resources) as ResourceName[];
/** Resources that take a process or a thread. */
export const dearNames = resourceNames.filter((name) => resource(name).isDear);

/** Returns a resource, with the optional parts that the record's own type hides. */
export function resource(name: ResourceName): Resource {
  return resources[name];
}
