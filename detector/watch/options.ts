import { EventEmitter } from 'node:events';
import type { IgnoreRule } from '../rules/rule.ts';
import { problemsOfRule } from '../rules/rule.ts';
import type { Meter } from './telemetry.ts';
import type { WatchedLine } from './watch-report.ts';

/**
 * The options of a watch; each has a default.
 *
 * @example
 * ```ts
 * import { watch, type WatchOptions } from 'leaklab/watch';
 *
 * const options: WatchOptions = {
 *   cpu: 0.01,
 *   onAlarm: ({ kind, growth, site }) => console.error(`${kind} grows by ${growth} a minute at ${site?.file}`),
 * };
 * const watching = watch(options);
 * watching.stop();
 * ```
 */
export interface WatchOptions {
  /** The ms between two counts, from 10 up; default 1000. */
  readonly every?: number;
  /** The ms of a window, from `every` up: growth is judged by the least count of each; default 10,000. */
  readonly window?: number;
  /** The number of windows in a row in which a line must grow before it alarms, from 2 up; default 3. */
  readonly windows?: number;
  /** The least number of resources by which a line must have grown before it alarms, from 1 up; default 20. */
  readonly threshold?: number;
  /** The share of one CPU that the watch may use, over 0 and up to 1; default 0.02. */
  readonly cpu?: number;
  /** The bytes that the watch may hold, from a million up; default 32 million. */
  readonly memory?: number;
  /** Watches suspended async functions too, by promise hooks, which slow every `await` down; default false. */
  readonly waits?: boolean;
  /** Takes a sample every so many windows though nothing grows, for unref'd resources; default 0, never. */
  readonly patrol?: number;
  /** Emitters whose listeners are counted, beside those that Node warns of; default none. */
  readonly emitters?: readonly EventEmitter[];
  /** Rules for lines that may grow, beside the built-in ones; default none. */
  readonly ignore?: readonly IgnoreRule[];
  /** Receives each line when its alarm begins. */
  readonly onAlarm?: (line: WatchedLine) => void;
  /** Receives each line when its alarm ends. */
  readonly onCalm?: (line: WatchedLine) => void;
  /** Prints each alarm as one line on standard error; default false. */
  readonly print?: boolean;
  /** The signal on which the report is written to a file, such as `SIGUSR2`; default none. */
  readonly signal?: NodeJS.Signals;
  /** The folder for reports; default the working directory. */
  readonly folder?: string;
  /** Gives the gauges to OpenTelemetry: true takes the global meter of `@opentelemetry/api`; default false. */
  readonly metrics?: boolean | Meter;
}

type Checks = Readonly<
  Record<keyof WatchOptions, readonly [wanted: string, holds: (value: unknown) => boolean]>
>;

const checks: Checks = {
  every: ['a number of ms from 10 up', (value) => isFrom(value, 10)],
  window: ['a number of ms, not below `every`', (value) => isFrom(value, 10)],
  windows: ['a whole number from 2 up', (value) => isFrom(value, 2) && Number.isInteger(value)],
  threshold: ['a number from 1 up', (value) => isFrom(value, 1)],
  cpu: ['a share over 0 and up to 1', (value) => isFrom(value, Number.MIN_VALUE) && Number(value) <= 1],
  memory: ['a number of bytes from 1000000 up', (value) => isFrom(value, 1e6)],
  waits: ['true or false', isBoolean],
  patrol: ['a whole number from 0 up', (value) => isFrom(value, 0) && Number.isInteger(value)],
  emitters: [
    'a list of event emitters',
    (value) => Array.isArray(value) && value.every((each) => each instanceof EventEmitter),
  ],
  ignore: ['a list of rules', (value) => Array.isArray(value)],
  onAlarm: ['a function', (value) => typeof value === 'function'],
  onCalm: ['a function', (value) => typeof value === 'function'],
  print: ['true or false', isBoolean],
  signal: ['the name of a signal, such as SIGUSR2', (value) => /^SIG[A-Z0-9]+$/.test(String(value))],
  folder: ['a path', (value) => typeof value === 'string' && value !== ''],
  metrics: [
    'true, false or a meter of @opentelemetry/api',
    (value) => isBoolean(value) || (typeof value === 'object' && value !== null),
  ],
};

/** The options with their defaults. */
export type Settled = WatchOptions &
  Required<
    Pick<
      WatchOptions,
      'every' | 'window' | 'windows' | 'threshold' | 'cpu' | 'memory' | 'patrol' | 'emitters' | 'ignore'
    >
  >;

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError that names the option, the expected value and the given one
 */
export function settled(options: WatchOptions): Settled {
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name))
      throw new TypeError(`no option \`${name}\`; there are ${Object.keys(checks).join(', ')}`);
    const [wanted, holds] = checks[name];
    if (value !== undefined && !holds(value))
      throw new TypeError(`expected \`${name}\` to be ${wanted}, got ${shown(value)}`);
  }
  for (const rule of options.ignore ?? []) {
    const [problem] = problemsOfRule(rule);
    if (problem) throw new TypeError(`${problem.message}, in the rule ${JSON.stringify(rule)}`);
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: Settled = {
    every: 1000,
    window: 10_000,
    windows: 3,
    threshold: 20,
    cpu: 0.02,
    memory: 32e6,
    patrol: 0,
    emitters: [],
    ignore: [],
    ...(given as WatchOptions),
  };
  if (all.window < all.every)
    throw new TypeError(`expected \`window\` to be ${checks.window[0]} (${all.every}), got ${all.window}`);
  return all;
}

function isOption(name: string): name is keyof WatchOptions {
  return Object.hasOwn(checks, name);
}

function isFrom(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= least;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function shown(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
