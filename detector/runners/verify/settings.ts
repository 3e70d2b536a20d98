import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isThere } from '../../engine/is-there.ts';
import { messageOf } from '../../engine/error-message.ts';
import { levels, type Level } from '../../origin/level.ts';
import { areProbes, probeNames, type ProbeName } from '../../probes/probe.ts';
import { isRecord } from '../../rules/record.ts';
import { nearest } from '../../rules/rule.ts';
import { units, type Unit } from './test-report.ts';

/** The name of a project's settings file. */
export const settingsFile = 'leaklab.json';

/** The name of the baseline where the settings name none: beside them, or beside package.json. */
export const usualBaseline = 'leaks.baseline.json';

/** The environment variable that makes a test run accept its leaks. */
export const acceptVariable = 'LEAKLAB_ACCEPT';

/** The environment variable that names the baseline, before the settings do. */
export const baselineVariable = 'LEAKLAB_BASELINE';

/** The times at which a test that left something can be judged: when its file ends, or at its own end. */
export const verdictTimes = ['file', 'test'] as const;
export type VerdictTime = (typeof verdictTimes)[number];

export function isVerdictTime(value: unknown): value is VerdictTime {
  return verdictTimes.some((time) => time === value);
}

/** The settings of a project, for all its tests. */
export interface Settings {
  /** The absolute path of the settings file, if there is one. */
  readonly file?: string;
  /** The unit that is verified; default `test`. */
  readonly per: Unit;
  /** When a test that left something is judged: when its file ends, or at its own end; default `file`. */
  readonly verdict: VerdictTime;
  /** The level of detail, which is the cost of watching; default `light`. */
  readonly level: Level;
  /** Probes that are switched off; default none. */
  readonly without: readonly ProbeName[];
  /** The time in ms for resources that are about to end; default 1000. */
  readonly budget?: number;
  /** Runs a test again at level `full` if it can't be judged, where the runner can; default true. */
  readonly rerun: boolean;
  /** The absolute path of a policy file, see `loadPolicy`. */
  readonly policy?: string;
  /** The absolute path of a file of accepted leaks. */
  readonly baseline?: string;
  /** Writes what leaks into the baseline instead of failing; set by {@link acceptVariable} alone. */
  readonly isAccepting?: true;
  /** The idle time in ms after which `leaklab/register` reports leaks; default 5000, 0 is never. */
  readonly quietAfter: number;
  /** Ends an idle program that leaks, under `leaklab/register`; default false. */
  readonly exitWhenQuiet: boolean;
  /** Fails a program under `leaklab/register` if a process or thread that it started leaks; default true. */
  readonly children: boolean;
}

/** An error in a settings file; its message names the file and the problem. */
export class SettingsError extends Error {
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'SettingsError';
  }
}

type Setting = Exclude<keyof Settings, 'file' | 'isAccepting'>;
type Content = Partial<Record<Setting, unknown>>;

const wanted: Readonly<Record<Setting, string>> = {
  per: `one of ${units.join(', ')}`,
  verdict: `one of ${verdictTimes.join(', ')}`,
  level: `one of ${levels.join(', ')}`,
  without: `a list of probes, of ${probeNames.join(', ')}`,
  budget: 'a number of ms from 0 up',
  rerun: 'true or false',
  policy: 'the path of a file',
  baseline: 'the path of a file',
  quietAfter: 'a number of ms from 0 up',
  exitWhenQuiet: 'true or false',
  children: 'true or false',
};

const fits: Readonly<Record<Setting, (value: unknown) => boolean>> = {
  per: isUnit,
  verdict: isVerdictTime,
  level: isLevel,
  without: areProbes,
  budget: isMs,
  rerun: isSwitch,
  policy: isPath,
  baseline: isPath,
  quietAfter: isMs,
  exitWhenQuiet: isSwitch,
  children: isSwitch,
};

const defaults = {
  per: 'test',
  verdict: 'file',
  level: 'light',
  without: [],
  rerun: true,
  quietAfter: 5000,
  exitWhenQuiet: false,
  children: true,
} as const;

/**
 * Returns the settings of the nearest `leaklab.json`, in this folder or one above it; without one, the defaults.
 *
 * @throws {@link SettingsError} if it can't be read, or a setting is unknown, of the wrong type, or contradicts another
 */
export function readSettings(from: string = process.cwd()): Settings {
  const file = findUpwards(resolve(from), settingsFile);
  const isAccepting = isAskedToAccept();
  if (file === undefined) return { ...defaults, ...ofBaseline(from, undefined, isAccepting) };
  const content = contentOf(file);
  const {
    per,
    verdict,
    level,
    without,
    budget,
    rerun,
    policy,
    baseline,
    quietAfter,
    exitWhenQuiet,
    children,
  } = content;
  const folder = dirname(file);
  const settings: Settings = {
    file,
    per: isUnit(per) ? per : defaults.per,
    verdict: isVerdictTime(verdict) ? verdict : defaults.verdict,
    level: isLevel(level) ? level : defaults.level,
    without: areProbes(without) ? without : defaults.without,
    rerun: rerun !== false,
    quietAfter: isMs(quietAfter) ? quietAfter : defaults.quietAfter,
    exitWhenQuiet: exitWhenQuiet === true,
    children: children !== false,
    ...(typeof budget === 'number' && { budget }),
    ...(isPath(policy) && { policy: resolve(folder, policy) }),
    ...(level !== 'counts' || isAccepting || isPath(baseline)
      ? ofBaseline(folder, isPath(baseline) ? resolve(folder, baseline) : undefined, isAccepting)
      : {}),
  };
  const byLine = (['policy', 'baseline'] as const).find((name) => settings[name] !== undefined);
  if (settings.level === 'counts' && byLine !== undefined) {
    throw new SettingsError(
      file,
      `level "counts" knows no lines, so a ${byLine} can't hold: ask for level "light"`,
    );
  }
  if (settings.level === 'counts' && settings.without.length > 0) {
    throw new SettingsError(
      file,
      `level "counts" has no probes, so "${settings.without[0]}" can't be switched off: ask for level "light"`,
    );
  }
  if (settings.level === 'counts' && settings.per !== 'test') {
    throw new SettingsError(
      file,
      `level "counts" is for \`"per": "test"\`: a ${settings.per} can't be run again to see what was counted`,
    );
  }
  return settings;
}

function findUpwards(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (isThere(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : findUpwards(above, name);
}

/** @throws {@link SettingsError} if the variable has neither `1` nor `0` */
function isAskedToAccept(): boolean {
  const value = process.env[acceptVariable] ?? '';
  if (value === '1' || value === 'true') return true;
  if (value === '' || value === '0' || value === 'false') return false;
  throw new SettingsError(acceptVariable, `expected 1 or 0, got ${JSON.stringify(value)}`);
}

/**
 * Returns the settings of the baseline.
 *
 * @param from the folder of the settings, or of the tests
 * @param named the absolute path in the settings
 */
function ofBaseline(
  from: string,
  named: string | undefined,
  isAccepting: boolean,
): Pick<Settings, 'baseline' | 'isAccepting'> {
  const asked = process.env[baselineVariable] ?? '';
  const known = asked === '' ? named : resolve(asked);
  if (known !== undefined) return { baseline: known, ...(isAccepting && { isAccepting }) };
  const manifest = findUpwards(resolve(from), 'package.json');
  const usual = join(
    isThere(join(from, settingsFile)) || !manifest ? from : dirname(manifest),
    usualBaseline,
  );
  if (isAccepting) return { baseline: usual, isAccepting };
  return isThere(usual) ? { baseline: usual } : {};
}

function contentOf(file: string): Content {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError(file, messageOf(error));
  }
  if (!isRecord(content)) {
    throw new SettingsError(file, `expected an object, got ${JSON.stringify(content)}`);
  }
  for (const [name, value] of Object.entries(content)) {
    // `$schema` is for editors, and verbs read their parts themselves
    if (name === '$schema' || name === 'ci' || name === 'history' || name === 'tickets') continue;
    if (!isSetting(name)) {
      throw new SettingsError(
        file,
        `no setting ${JSON.stringify(name)}; ${nearest(name, Object.keys(wanted))}`,
      );
    }
    if (!fits[name](value)) {
      throw new SettingsError(
        file,
        `expected ${JSON.stringify(name)} to be ${wanted[name]}, got ${JSON.stringify(value)}`,
      );
    }
  }
  return content;
}

function isSetting(name: string): name is Setting {
  return Object.hasOwn(wanted, name);
}

function isUnit(value: unknown): value is Unit {
  return units.some((unit) => unit === value);
}

function isLevel(value: unknown): value is Level {
  return levels.some((level) => level === value);
}

function isMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isSwitch(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
