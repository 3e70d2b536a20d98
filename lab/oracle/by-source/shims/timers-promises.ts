/** What a rewritten program gets for `node:timers/promises`: the same functions, counted. */
import * as original from 'node:timers/promises';
import { countedPromise, countedSequence } from '../started.ts';

export * from 'node:timers/promises';
// programs may import it so
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:timers/promises';

export const setTimeout: typeof original.setTimeout = (...args) =>
  countedPromise(original.setTimeout(...args));

export const setInterval: typeof original.setInterval = (...args) =>
  countedSequence(original.setInterval(...args)[Symbol.asyncIterator]());
