/**
 * Measured child for any runtime that has Node's modules. The program is a rewritten copy that reports its waits;
 * wrapped functions count the resources that it starts; the operating system knows the rest. Started by measure.ts;
 * it must not import anything that Deno or Bun lack.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { closeIdleHttp } from '../pools.ts';
import type { Reading } from '../reading.ts';
import { doTask, type Observer } from '../repeat.ts';
import { settle, waitUntilUnchanged } from '../rest.ts';
import { badge, livingOffspring, readDescriptors, readHandles } from '../system.ts';
import { openHeap } from './heap.ts';
import { watchListeners } from './listened.ts';
import { watchStarted } from './started.ts';
import { watchWaits } from './waits.ts';

await doTask((_task, lab): Observer => {
  const waits = watchWaits();
  const started = watchStarted();
  const listeners = watchListeners();
  const { collect, read: readHeap } = openHeap();

  const glance = (): string => JSON.stringify([readDescriptors(), readHandles(), waits().stalled, started()]);

  const collectGarbage = async (): Promise<void> => {
    collect();
    for (let turns = 0; turns < 3; turns++) await turn();
  };

  return {
    waitUntilUnchanged: (quiet, most) => waitUntilUnchanged(glance, quiet, most),
    observe: async (k): Promise<Reading> => {
      closeIdleHttp();
      await settle(glance);
      for (let times = 0; times < 3; times++) await collectGarbage();
      const heap = readHeap();
      const { files, sockets } = readDescriptors();
      const system = readHandles();
      const children = livingOffspring(process.pid, `${badge}=${process.env[badge]}`);
      const { stalled, collected, sites } = waits();
      const handles = {
        ...started(),
        'handles server': system.listening,
        'handles watch': system.watches,
        'handles Worker': system.workers,
        'handles socket': sockets,
        'handles child': children,
      };
      const listening = listeners();
      return {
        k,
        values: {
          handles: sum(handles),
          fds: files,
          sockets: Math.max(sockets, await lab.upstream.connections()),
          children,
          listeners: sum(listening),
          heap,
          stalls: stalled,
        },
        collected,
        parts: { ...handles, ...listening, ...sites },
      };
    },
  };
});

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
