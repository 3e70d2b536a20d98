import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PerformanceObserver } from 'node:perf_hooks';
import { doNothing, type Resources } from '../resource.ts';
import { bus, shutdown } from '../world.ts';

const listener = { kind: 'listener', evidence: 'attached' } as const;

export const listeners = {
  busListener: {
    ...listener,
    type: 'EventEmitter',
    at: 'bus',
    acquire() {
      const heard = (): void => {};
      bus.on('message', heard); // here: bus
      return () => bus.off('message', heard);
    },
  },
  signalListener: {
    ...listener,
    type: 'AbortSignal',
    at: 'signal',
    acquire() {
      const stop = (): void => {};
      shutdown.signal.addEventListener('abort', stop); // here: signal
      return () => shutdown.signal.removeEventListener('abort', stop);
    },
  },
  subscription: {
    ...listener,
    type: 'Channel',
    at: 'subscription',
    acquire() {
      const told = (): void => {};
      subscribe('random', told); // here: subscription
      return () => unsubscribe('random', told);
    },
  },
  observer: {
    ...listener,
    type: 'PerformanceObserver',
    at: 'observer',
    acquire() {
      const observer = new PerformanceObserver(doNothing);
      observer.observe({ entryTypes: ['mark'] }); // here: observer
      return () => observer.disconnect();
    },
  },
  signalHandler: {
    ...listener,
    type: 'process',
    at: 'signal handler',
    acquire() {
      const reload = (): void => {};
      process.on('SIGUSR2', reload); // here: signal handler
      return () => process.off('SIGUSR2', reload);
    },
  },
} as const satisfies Resources;
