import { setInterval as ticks, setTimeout as sleep } from 'node:timers/promises';
import { abortable, doNothing, type Resources } from '../resource.ts';

async function sleepLong(signal: AbortSignal): Promise<void> {
  await sleep(50_000, undefined, { signal }); // here: sleep
}

async function tick(signal: AbortSignal): Promise<void> {
  for await (const round of ticks(50_000, 0, { signal })) void round; // here: ticks
}

export const timers = {
  interval: {
    kind: 'timer',
    type: 'Timeout',
    at: 'interval',
    acquire() {
      const timer = setInterval(doNothing, 1000); // here: interval
      return () => clearInterval(timer);
    },
  },
  idleTimeout: {
    kind: 'timer',
    type: 'Timeout',
    at: 'idle timeout',
    acquire() {
      const timer = setTimeout(doNothing, 50_000).unref(); // here: idle timeout
      return () => clearTimeout(timer);
    },
  },
  sleep: { kind: 'timer', type: 'Timeout', at: 'sleep', acquire: () => abortable(sleepLong) },
  ticks: { kind: 'timer', type: 'Timeout', at: 'ticks', acquire: () => abortable(tick) },
} as const satisfies Resources;
