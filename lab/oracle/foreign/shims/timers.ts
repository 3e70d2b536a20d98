/** What a rewritten program gets for `node:timers`: the global functions, which count. */
export * from 'node:timers';
export { default } from 'node:timers';
export const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
