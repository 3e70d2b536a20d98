import { readFileSync } from 'node:fs';
import { nearest } from '../../detector/internal.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Settings of `leaklab ci`: "ci" of leaklab.json, and flags, which win. */
export interface CiSettings {
  /** Lines or releases of Node, or `current`; default the current one. */
  readonly node: readonly string[];
  /** Folders of packages; if empty, the workspaces. */
  readonly packages: readonly string[];
  /** The command that a shell runs in the folder of each package; default `npm test`. */
  readonly command: string;
  /** Seconds that the tests of one package may take on one Node; default 600. */
  readonly limit: number;
  /** The number of test runs at the same time; default the number of cores. */
  readonly jobs?: number;
}

export const usualCommand = 'npm test';
const defaults: CiSettings = { node: ['current'], packages: [], command: usualCommand, limit: 600 };

const wanted: Readonly<Record<keyof CiSettings, string>> = {
  node: 'a list of lines of Node',
  packages: 'a list of folders',
  command: 'a command',
  limit: 'a number of seconds from 1 up',
  jobs: 'a whole number from 1 up',
};

const fits: Readonly<Record<keyof CiSettings, (value: unknown) => boolean>> = {
  node: isListOfTexts,
  packages: isListOfTexts,
  command: (value) => typeof value === 'string' && value.trim() !== '',
  limit: (value) => typeof value === 'number' && value >= 1 && value <= 2 ** 31 / 1000,
  jobs: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};

/**
 * Returns the settings from leaklab.json and from flags, which win.
 *
 * @param file leaklab.json, if there is one; its other keys are checked already
 * @throws UsageError that names the wrong setting and its place
 */
export function ciSettings(
  file: string | undefined,
  flags: Readonly<Partial<Record<keyof CiSettings, string>>>,
): CiSettings {
  const configured = file === undefined ? {} : checked(ofFile(file), (name) => `"ci" of ${file}: ${name}`);
  const list = (text: string): string[] => text.split(',').map((each) => each.trim());
  const { node, packages, command, limit, jobs } = flags;
  const asked = checked(
    {
      ...(node !== undefined && { node: list(node) }),
      ...(packages !== undefined && { packages: list(packages) }),
      ...(command !== undefined && { command }),
      ...(limit !== undefined && { limit: Number(limit) }),
      ...(jobs !== undefined && { jobs: Number(jobs) }),
    },
    (name) => `--${name}`,
  );
  return { ...defaults, ...configured, ...asked };
}

function ofFile(file: string): unknown {
  const content = JSON.parse(readFileSync(file, 'utf8')) as { readonly ci?: unknown };
  return content.ci ?? {};
}

function checked(content: unknown, where: (name: string) => string): Partial<CiSettings> {
  if (!isRecord(content)) {
    throw new UsageError(
      `${where('')}expected an object, got ${JSON.stringify(content)}`,
      '{ "ci": { "node": ["22", "24"] } }',
    );
  }
  for (const [name, value] of Object.entries(content)) {
    if (!isSetting(name)) {
      throw new UsageError(`${where(name)} is not a setting`, nearest(name, Object.keys(wanted)));
    }
    if (!fits[name](value)) {
      throw new UsageError(
        `${where(name)}: expected ${wanted[name]}, got ${JSON.stringify(value)}`,
        'leaklab ci --help lists the settings',
      );
    }
  }
  return content;
}

function isSetting(name: string): name is keyof CiSettings {
  return Object.hasOwn(wanted, name);
}

function isListOfTexts(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === 'string' && each.trim() !== '')
  );
}
