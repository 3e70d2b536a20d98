/** Stands in for `node:worker_threads` in a rewritten program, and counts ports. */
import * as original from 'node:worker_threads';
import { countedBroadcast, countedChannel } from '../started.ts';

export * from 'node:worker_threads';
// programs may import it this way
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:worker_threads';
export const MessageChannel = countedChannel(original.MessageChannel);
export const BroadcastChannel = countedBroadcast(original.BroadcastChannel);
