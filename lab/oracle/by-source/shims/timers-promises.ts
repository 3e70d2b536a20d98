/** Stands in for `node:timers/promises` in a rewritten program, and counts its timers. */
import * as original from 'node:timers/promises';
import { countedPromise, countedSequence } from '../started.ts';

export * from 'node:timers/promises';
// programs may import it this way
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:timers/promises';

export const setTimeout: typeof original.setTimeout = (...args) =>
  countedPromise(original.setTimeout(...args));

export const setInterval: typeof original.setInterval = (...args) =>
  countedSequence(original.setInterval(...args)[Symbol.asyncIterator]());
