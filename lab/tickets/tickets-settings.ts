import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { nearest } from '../../detector/internal.ts';
import { isRecord, show, type Fields } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** The trackers, by the name that `--to` takes. */
export const trackerNames = ['github', 'gitlab', 'jira', 'file'] as const;
export type TrackerName = (typeof trackerNames)[number];

/** Settings of `leaklab tickets`: "tickets" of leaklab.json, and flags, which win. */
export interface TicketsSettings {
  readonly to?: TrackerName;
  /** The repository, project or key of a project. */
  readonly project?: string;
  /** The address of the API, or of the site of Jira. */
  readonly url?: string;
  /** The folder of `--to file`; absolute. */
  readonly folder?: string;
  /** The file of the history; absolute. */
  readonly history?: string;
  /** The file of the template; absolute. */
  readonly template?: string;
  /** The clean runs after which a ticket is closed; default 5. */
  readonly after: number;
  /** The most new tickets of a run; default 10. */
  readonly most: number;
  /** The seconds for all waits together; default 120. */
  readonly wait: number;
  /** The ms between two requests that write; default 1000 on GitHub, which asks for it. */
  readonly pause?: number;
  /** The names by which the tracker knows owners: `{ "@acme/shop": "ada" }`. */
  readonly assignees: Readonly<Record<string, string>>;
  /** The type of new issues in Jira; default Bug. */
  readonly issueType: string;
  /** Further fields of new issues in Jira. */
  readonly fields: Fields;
}

type Name = keyof TicketsSettings;

const defaults = { after: 5, most: 10, wait: 120, assignees: {}, issueType: 'Bug', fields: {} } as const;

const wanted: Readonly<Record<Name, string>> = {
  to: `one of ${trackerNames.join(', ')}`,
  project: 'the name of a project',
  url: 'an address that begins with https://',
  folder: 'a folder',
  history: 'a file',
  template: 'a file',
  after: 'a whole number from 1 up',
  most: 'a whole number from 0 up',
  wait: 'a number of seconds from 0 up',
  pause: 'a number of ms from 0 up',
  assignees: 'an object with names',
  issueType: 'the name of an issue type',
  fields: 'an object with fields',
};

const fits: Readonly<Record<Name, (value: unknown) => boolean>> = {
  to: (value) => trackerNames.some((name) => name === value),
  project: isText,
  url: isAddress,
  folder: isText,
  history: isText,
  template: isText,
  after: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  most: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  wait: isTime,
  pause: isTime,
  assignees: (value) => isRecord(value) && Object.values(value).every(isText),
  issueType: isText,
  fields: isRecord,
};

/** The settings that flags can give. */
export const flagNames = [
  'to',
  'project',
  'url',
  'folder',
  'history',
  'template',
  'after',
  'most',
  'wait',
  'pause',
] as const;
const numbers: readonly string[] = ['after', 'most', 'wait', 'pause'];
const paths = ['folder', 'history', 'template'] as const;

/**
 * Returns the settings from leaklab.json and from flags, which win.
 *
 * @param file leaklab.json, if there is one; its other keys are checked already
 * @throws UsageError that names the wrong setting and its place
 */
export function ticketsSettings(
  file: string | undefined,
  flags: Readonly<Partial<Record<Name, string | undefined>>>,
): TicketsSettings {
  const asked = Object.fromEntries(
    Object.entries(flags)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, numbers.includes(name) ? numberOf(value) : value]),
  );
  const configured = file === undefined ? {} : withPaths(ofFile(file), dirname(file), `"tickets" of ${file}`);
  return { ...defaults, ...configured, ...withPaths(asked, process.cwd()) };
}

function ofFile(file: string): unknown {
  const content = JSON.parse(readFileSync(file, 'utf8')) as { readonly tickets?: unknown };
  return content.tickets ?? {};
}

/** @param place names the file in errors; absent for flags */
function withPaths(content: unknown, folder: string, place?: string): Partial<TicketsSettings> {
  if (!isRecord(content)) {
    throw new UsageError(
      `${place}: expected an object, got ${show(content)}`,
      '{ "tickets": { "to": "github" } }',
    );
  }
  for (const [name, value] of Object.entries(content)) {
    const where = place === undefined ? `--${name}` : `${place}: ${name}`;
    if (!isSetting(name))
      throw new UsageError(`${where} is not a setting`, nearest(name, Object.keys(wanted)));
    if (fits[name](value)) continue;
    const shown = name === 'url' ? 'another' : show(value);
    throw new UsageError(
      `${where}: expected ${wanted[name]}, got ${shown}`,
      'leaklab tickets --help lists the settings',
    );
  }
  const settings: Partial<TicketsSettings> = content;
  const resolved = paths.flatMap((name) => {
    const path = settings[name];
    return path === undefined ? [] : [[name, resolve(folder, path)] as const];
  });
  return { ...settings, ...Object.fromEntries(resolved) };
}

function isSetting(name: string): name is Name {
  return Object.hasOwn(wanted, name);
}

function numberOf(text: string | undefined): unknown {
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 2 ** 31 / 1000;
}

/** Reports whether a value is an address without credentials, which would be printed with it. */
function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password, hash, search } = new URL(value);
  return (
    ['https:', 'http:'].includes(protocol) && [username, password, hash, search].every((part) => part === '')
  );
}
