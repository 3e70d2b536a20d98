import type { Kind } from '../kinds.ts';
import { requestMeanings, serverMeanings, socketMeanings } from './meanings/connections.ts';
import { fdMeanings, folderMeanings, streamMeanings, watcherMeanings } from './meanings/files.ts';
import { leaseMeanings, listenerMeanings, memoryMeanings, timerMeanings } from './meanings/kept.ts';
import { portMeanings, processMeanings, workerMeanings } from './meanings/processes.ts';
import type { MeaningRule } from './meanings/rule.ts';

export type { Meaning } from './meanings/rule.ts';

/** The meanings of each kind, from the special to the general: the first that fits is printed. */
export const meanings: Readonly<Record<Exclude<Kind, 'await'>, readonly MeaningRule[]>> = {
  timer: timerMeanings,
  server: serverMeanings,
  socket: socketMeanings,
  request: requestMeanings,
  stream: streamMeanings,
  fd: fdMeanings,
  folder: folderMeanings,
  process: processMeanings,
  worker: workerMeanings,
  port: portMeanings,
  watcher: watcherMeanings,
  listener: listenerMeanings,
  lease: leaseMeanings,
  memory: memoryMeanings,
};
