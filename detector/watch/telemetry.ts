import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WatchReport } from './watch-report.ts';

/** The part of an observable gauge's result that is used here. */
interface Result {
  observe(value: number, attributes?: Readonly<Record<string, string>>): void;
}

type Callback = (result: Result) => void;

interface Gauge {
  addCallback(callback: Callback): void;
  removeCallback(callback: Callback): void;
}

/**
 * The part of a meter of `@opentelemetry/api` that is used here.
 *
 * @example
 * ```ts
 * import { type Meter, watch } from 'leaklab/watch';
 *
 * const names: string[] = [];
 * const meter: Meter = {
 *   createObservableGauge(name) {
 *     names.push(name);
 *     return { addCallback: () => {}, removeCallback: () => {} };
 *   },
 * };
 * watch({ metrics: meter }).stop();
 * console.log(names); // [ 'leaklab.live', 'leaklab.growth' ]
 * ```
 */
export interface Meter {
  createObservableGauge(
    name: string,
    options?: { readonly description?: string; readonly unit?: string },
  ): Gauge;
}

/**
 * Gives two gauges to OpenTelemetry: `leaklab.live` and `leaklab.growth`, by kind and site.
 *
 * @returns a function that takes them back
 * @throws TypeError if the global meter is asked for and `@opentelemetry/api` is not installed
 */
export function giveMetrics(meter: Meter | true, report: () => WatchReport): () => void {
  const given = meter === true ? globalMeter() : meter;
  const observed = (value: 'count' | 'growth'): Callback => {
    return (result) => {
      for (const line of report().lines) {
        const site = line.site ? `${line.site.file}:${line.site.line}` : 'unknown';
        result.observe(line[value], { kind: line.kind, site });
      }
    };
  };
  const live = given.createObservableGauge('leaklab.live', {
    description: 'resources that stay open, by the line that made them',
  });
  const growth = given.createObservableGauge('leaklab.growth', {
    description: 'resources by which a line grows each minute',
  });
  const [ofLive, ofGrowth] = [observed('count'), observed('growth')];
  live.addCallback(ofLive);
  growth.addCallback(ofGrowth);
  return () => {
    live.removeCallback(ofLive);
    growth.removeCallback(ofGrowth);
  };
}

/** The part of `@opentelemetry/api` that is used here. */
interface Api {
  readonly metrics: { getMeter(name: string): Meter };
}

function globalMeter(): Meter {
  // the program's own copy, or else one beside leaklab: all copies share the global meter
  for (const from of [join(process.cwd(), 'package.json'), import.meta.filename]) {
    try {
      const { metrics } = createRequire(from)('@opentelemetry/api') as Api;
      return metrics.getMeter('leaklab');
    } catch {
      continue;
    }
  }
  throw new TypeError('`metrics: true` needs @opentelemetry/api: npm install @opentelemetry/api');
}
