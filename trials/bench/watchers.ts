/** Watchers to measure; each begins to watch when it is called. */
import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { promiseHooks } from 'node:v8';
import { snapshot, type Level, type ProbeName } from '../../detector/index.ts';

type Run = <Result>(work: () => Result) => Result;

const plainly: Run = (work) => work();

function leaklab(level: Level, ...without: ProbeName[]): Run {
  const scope = snapshot({ level, without });
  return (work) => scope.run(work);
}

const nothing = (): void => {};

export type WatcherName = keyof typeof watchers;

export const watchers = {
  none: () => plainly,
  'empty async hook': () => {
    // types of @types/node 24 don't have it yet
    const options = { init: nothing, destroy: nothing, trackPromises: false };
    createHook(options).enable();
    return plainly;
  },
  'empty promise hook': () => {
    promiseHooks.createHook({ init: nothing, before: nothing, after: nothing, settled: nothing });
    return plainly;
  },
  'promise hook, taken off again': () => {
    const takeOff = promiseHooks.createHook({ init: nothing }) as () => void;
    void Promise.resolve().then(nothing);
    takeOff();
    return plainly;
  },
  'leaklab counts': () => leaklab('counts'),
  'leaklab light': () => leaklab('light'),
  'leaklab light, without awaits': () => leaklab('light', 'awaits'),
  'leaklab light, without awaits and listeners': () => leaklab('light', 'awaits', 'listeners'),
  'leaklab full': () => leaklab('full'),
  'why-is-node-running': async () => {
    await import('why-is-node-running');
    return plainly;
  },
  wtfnode: () => {
    createRequire(import.meta.url)('wtfnode');
    return plainly;
  },
} satisfies Record<string, () => Run | Promise<Run>>;

export function isWatcher(name: string): name is WatcherName {
  return Object.hasOwn(watchers, name);
}
