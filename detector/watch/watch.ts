import { messageOf } from '../engine/error-message.ts';
import { isMainThread } from 'node:worker_threads';
import { settled, type WatchOptions } from './options.ts';
import { formatPprof } from './pprof.ts';
import { formatPrometheus } from './prometheus.ts';
import { giveMetrics } from './telemetry.ts';
import { Watcher } from './watcher.ts';
import type { WatchReport } from './watch-report.ts';
import { writeReport } from './write-report.ts';

/**
 * The watch of a process, which {@link watch} begins.
 *
 * @example
 * ```ts
 * import { watch, type Watch } from 'leaklab/watch';
 *
 * const watching: Watch = watch();
 * console.log(watching.report().counts.some(({ growing }) => growing)); // false
 * watching.stop();
 * ```
 */
export interface Watch extends Disposable {
  /** Returns the lines whose resources stay open, what is open by type, and the budget. */
  report(): WatchReport;
  /** Writes the report as JSON into a folder, by default that of the options, and returns the file's path. */
  write(folder?: string): string;
  /** Returns the report as Prometheus text, for an endpoint that you mount. */
  prometheus(): string;
  /** Returns a pprof profile of what is open by line, gzip'd. */
  pprof(): Buffer;
  /** Ends the watch: its timer, hooks and listeners are gone. */
  stop(): void;
}

let running: Watch | undefined;
let isPreloaded = false;

/**
 * Watches the process for lines whose resources grow in number: handles, descriptors, listeners, requests in flight.
 *
 * Counts each second at next to no cost, and takes stacks only while a type grows. There is one watch for each
 * thread: without options, it returns the one that runs; with options, it replaces one that `--import` began.
 *
 * @throws TypeError if an option is unknown or of the wrong type, or if a watch with other options runs
 * @example
 * ```ts
 * import { watch } from 'leaklab/watch';
 *
 * const watching = watch({
 *   onAlarm: ({ kind, count, site }) => console.error(`${count} ${kind} from ${site?.file}:${site?.line}`),
 * });
 * console.log(watching.prometheus().includes('leaklab_open')); // true
 * watching.stop();
 * ```
 */
export function watch(options?: WatchOptions): Watch {
  if (running && options === undefined) return running;
  const all = settled(options ?? {});
  if (running && !isPreloaded)
    throw new TypeError('a watch runs already: call its stop(), or watch() without options to get it');
  running?.stop();
  const watcher = new Watcher(all);
  const folder = all.folder ?? process.cwd();
  const takeBack = all.metrics ? giveMetrics(all.metrics, () => watcher.report()) : undefined;
  const onSignal = (): void => {
    try {
      writeReport(watcher.report(), folder);
    } catch (error) {
      process.emitWarning(`leaklab: no report in ${folder}: ${messageOf(error)}`);
    }
  };
  // only the main thread gets signals
  const signal = isMainThread ? all.signal : undefined;
  if (signal) process.on(signal, onSignal);
  watcher.start();
  const stop = (): void => {
    watcher.stop();
    takeBack?.();
    if (signal) process.off(signal, onSignal);
    if (running === mine) running = undefined;
  };
  const mine: Watch = {
    report: () => watcher.report(),
    write: (to = folder) => writeReport(watcher.report(), to),
    prometheus: () => formatPrometheus(watcher.report()),
    pprof: () => formatPprof(watcher.report()),
    stop,
    [Symbol.dispose]: stop,
  };
  running = mine;
  isPreloaded = false;
  return mine;
}

/** Begins the watch of a process that Node was started with, by the options in `LEAKLAB_WATCH`. */
export function watchPreloaded(): void {
  const text = process.env['LEAKLAB_WATCH'];
  watch(text === undefined || text === '' ? {} : optionsOf(text));
  isPreloaded = true;
}

function optionsOf(text: string): WatchOptions {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // reported below
  }
  throw new TypeError(`expected LEAKLAB_WATCH to be a JSON object such as {"signal":"SIGUSR2"}, got ${text}`);
}
