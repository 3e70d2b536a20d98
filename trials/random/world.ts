/** Things that are older than any scope. */
import { EventEmitter } from 'node:events';

export const bus = new EventEmitter().setMaxListeners(0);
export const shutdown = new AbortController();
process.setMaxListeners(0);
