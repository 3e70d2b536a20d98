/** Stands in for `node:fs` in a rewritten program, and counts polled files. */
import * as original from 'node:fs';
import { pollingEnded, pollingStarted } from '../started.ts';

export * from 'node:fs';
// programs may import it this way
// oxlint-disable-next-line import/no-default-export
export { default } from 'node:fs';

export function watchFile(file: string, ...rest: unknown[]): original.StatWatcher {
  pollingStarted(file, rest.at(-1));
  return Reflect.apply(original.watchFile, undefined, [file, ...rest]) as original.StatWatcher;
}

export function unwatchFile(file: string, ...rest: unknown[]): void {
  pollingEnded(file, rest[0]);
  Reflect.apply(original.unwatchFile, undefined, [file, ...rest]);
}
