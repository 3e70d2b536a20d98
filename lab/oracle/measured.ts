/** Measured child on Node, started by measure.ts with `--expose-gc`: its engine counts. */
import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { glance, observe, type Instruments } from './observe.ts';
import { shortenIdleFetch } from './pools.ts';
import { doTask } from './repeat.ts';
import { waitUntilUnchanged } from './rest.ts';
import { watchStalls } from './stalls.ts';

await doTask(({ file }, lab) => {
  const instruments: Instruments = {
    session: new Session(),
    stalls: watchStalls(new URL('.', pathToFileURL(file)).href),
    connections: lab.upstream.connections,
  };
  return {
    observe: (k) => observe(k, instruments),
    waitUntilUnchanged: (quiet, most) => waitUntilUnchanged(() => glance(instruments.stalls), quiet, most),
    afterFirstRun: shortenIdleFetch,
  };
});
