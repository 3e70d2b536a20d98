/** What a rewritten program gets for `node:worker_threads`: the same, with ports counted. */
import * as original from 'node:worker_threads';
import { countedBroadcast, countedChannel } from '../started.ts';

export * from 'node:worker_threads';
// programs may import it so
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:worker_threads';
export const MessageChannel = countedChannel(original.MessageChannel);
export const BroadcastChannel = countedBroadcast(original.BroadcastChannel);
