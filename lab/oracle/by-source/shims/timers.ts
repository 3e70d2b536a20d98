/** What a rewritten program gets for `node:timers`: the global functions, which count. */
export * from 'node:timers';
// programs may import it so
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:timers';
export const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
