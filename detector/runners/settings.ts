import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../error-message.ts';
import { levels, type Level } from '../level.ts';
import { areProbes, probeNames, type ProbeName } from '../probe.ts';
import { isRecord } from '../record.ts';
import { nearest } from '../rule.ts';
import { units, type Unit } from './test-report.ts';

/** The name of the file in which a project says how its tests are verified. */
export const settingsFile = 'leaklab.json';

/** What holds for all tests of a project. */
export interface Settings {
  /** Absolute path of the file they come from; absent where there is none. */
  readonly file?: string;
  /** What is verified; default `test`. */
  readonly per: Unit;
  /** What watching may cost; default `light`. */
  readonly level: Level;
  /** Probes that are switched off; default none. */
  readonly without: readonly ProbeName[];
  /** How long what is about to end may take, in ms; default 1000. */
  readonly budget?: number;
  /** Whether a test of which too little is known is run again at level `full`, where the runner can; default true. */
  readonly rerun: boolean;
  /** Absolute path of a policy file, see `loadPolicy`. */
  readonly policy?: string;
  /** Absolute path of a file of accepted leaks. */
  readonly baseline?: string;
  /** Of `leaklab/register`: when nothing has happened for so many ms, what is left is told; default 5000, 0 is never. */
  readonly quietAfter: number;
  /** Of `leaklab/register`: whether what is left then ends the program; default false. */
  readonly exitWhenQuiet: boolean;
}

/** A settings file that can't be used; its message says where and why. */
export class SettingsError extends Error {
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'SettingsError';
  }
}

type Setting = Exclude<keyof Settings, 'file'>;
type Content = Partial<Record<Setting, unknown>>;

const wanted: Readonly<Record<Setting, string>> = {
  per: `one of ${units.join(', ')}`,
  level: `one of ${levels.join(', ')}`,
  without: `a list of probes, of ${probeNames.join(', ')}`,
  budget: 'a number of ms from 0 up',
  rerun: 'true or false',
  policy: 'the path of a file',
  baseline: 'the path of a file',
  quietAfter: 'a number of ms from 0 up',
  exitWhenQuiet: 'true or false',
};

const fits: Readonly<Record<Setting, (value: unknown) => boolean>> = {
  per: isUnit,
  level: isLevel,
  without: areProbes,
  budget: isMs,
  rerun: isSwitch,
  policy: isPath,
  baseline: isPath,
  quietAfter: isMs,
  exitWhenQuiet: isSwitch,
};

const defaults = {
  per: 'test',
  level: 'light',
  without: [],
  rerun: true,
  quietAfter: 5000,
  exitWhenQuiet: false,
} as const;

/**
 * The settings of the nearest `leaklab.json`, in this folder or in one above it; without one, the defaults.
 *
 * @throws {@link SettingsError} if it can't be read, or something in it is unknown, of the wrong type, or
 * contradicts something else
 */
export function readSettings(from: string = process.cwd()): Settings {
  const file = findUpwards(resolve(from));
  if (file === undefined) return defaults;
  const content = contentOf(file);
  const { per, level, without, budget, rerun, policy, baseline, quietAfter, exitWhenQuiet } = content;
  const folder = dirname(file);
  const settings: Settings = {
    file,
    per: isUnit(per) ? per : defaults.per,
    level: isLevel(level) ? level : defaults.level,
    without: areProbes(without) ? without : defaults.without,
    rerun: rerun !== false,
    quietAfter: isMs(quietAfter) ? quietAfter : defaults.quietAfter,
    exitWhenQuiet: exitWhenQuiet === true,
    ...(typeof budget === 'number' && { budget }),
    ...(isPath(policy) && { policy: resolve(folder, policy) }),
    ...(isPath(baseline) && { baseline: resolve(folder, baseline) }),
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

function findUpwards(folder: string): string | undefined {
  const file = join(folder, settingsFile);
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : findUpwards(above);
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
    // for the editor alone, and for `leaklab ci`, which reads it by itself
    if (name === '$schema' || name === 'ci') continue;
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
