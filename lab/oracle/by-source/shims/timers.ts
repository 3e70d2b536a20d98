/** Stands in for `node:timers` in a rewritten program, with the global functions, which count. */
export * from 'node:timers';
// programs may import it this way
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:timers';
export const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
