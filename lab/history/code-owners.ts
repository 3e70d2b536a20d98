import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeMatcher, type Dialect } from './owner-patterns.ts';

export type { Dialect } from './owner-patterns.ts';

/** The owners of files, from a CODEOWNERS file. */
export interface CodeOwners {
  /** The path of the file, relative to the root. */
  readonly file: string;
  /**
   * Returns the owners of a file as they are written, such as `@ada`, `@acme/shop` or `ada@example.org`.
   *
   * @param path relative to the root, with `/`
   */
  ownersOf(path: string): readonly string[];
}

interface Entry {
  readonly owners: readonly string[];
  /** True for a pattern of GitLab that takes files out of its section. */
  readonly isExclusion: boolean;
  fits(path: string): boolean;
}

/** Entries of which the last that fits wins; GitHub has one section without a name. */
type Section = readonly Entry[];

const folders: Readonly<Record<Dialect, readonly string[]>> = {
  github: ['.github', '.', 'docs', '.gitlab'],
  gitlab: ['.', 'docs', '.gitlab', '.github'],
};

/**
 * Reads the CODEOWNERS file of a repository, from the place where its host looks first.
 *
 * @param env variables that name the CI service
 */
export function readCodeOwners(root: string, env: NodeJS.ProcessEnv = process.env): CodeOwners | undefined {
  const host = hostOf(root, env);
  for (const folder of folders[host]) {
    const file = join(folder, 'CODEOWNERS');
    if (!existsSync(join(root, file))) continue;
    const text = readFileSync(join(root, file), 'utf8');
    return { file, ownersOf: ownersIn(text, dialectOf(folder, text) ?? host) };
  }
  return undefined;
}

function hostOf(root: string, env: NodeJS.ProcessEnv): Dialect {
  if (env['GITLAB_CI']) return 'gitlab';
  if (env['GITHUB_ACTIONS']) return 'github';
  const isThere = (name: string): boolean => existsSync(join(root, name));
  const isGitLab = isThere('.gitlab') || isThere('.gitlab-ci.yml');
  return isGitLab && !isThere('.github') ? 'gitlab' : 'github';
}

function dialectOf(folder: string, text: string): Dialect | undefined {
  if (folder === '.github') return 'github';
  if (folder === '.gitlab') return 'gitlab';
  return text.split('\n').some((line) => heading.test(line.trim())) ? 'gitlab' : undefined;
}

/** Returns a function that names the owners of a path by the text of a CODEOWNERS file. */
export function ownersIn(text: string, dialect: Dialect): CodeOwners['ownersOf'] {
  const sections = dialect === 'github' ? [githubSection(text)] : gitlabSections(text);
  return (path) => [...new Set(sections.flatMap((section) => ownersInSection(section, path)))];
}

function ownersInSection(entries: Section, path: string): readonly string[] {
  const fitting = entries.filter((entry) => entry.fits(path));
  const last = fitting.at(-1);
  // an excluded file can't be taken in again by a later line
  if (!last || fitting.some(({ isExclusion }) => isExclusion)) return [];
  return last.owners;
}

const owner = /^(?:@@?[\w.-]+(?:\/[\w.-]+)*|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Splits a line at spaces that no backslash escapes. */
function wordsOf(line: string): string[] {
  return line.match(/(?:\\.|[^\s\\]|\\$)+/g) ?? [];
}

/** GitHub skips each line that it can't read. */
function githubSection(text: string): Section {
  return linesOf(text).flatMap((line): Entry[] => {
    const [pattern = '', ...owners] = wordsOf(line.replace(/\s#.*$/, ''));
    if (/^!|^\\#|\[/.test(pattern) || !owners.every((each) => owner.test(each))) return [];
    return [{ owners, isExclusion: false, fits: codeMatcher(pattern, 'github') }];
  });
}

/** The heading of a section: `[Name]`, optional with `^`, with a number of approvals, with default owners. */
const heading = /^\^?\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?$/;

function gitlabSections(text: string): Section[] {
  const sections = new Map<string, Entry[]>();
  const ownersAmong = (words: readonly string[]): string[] => words.filter((each) => owner.test(each));
  let section = '';
  let defaults: readonly string[] = [];
  for (const line of linesOf(text)) {
    const [, name, rest] = heading.exec(line) ?? [];
    if (name !== undefined) {
      section = name.trim().toLowerCase();
      defaults = ownersAmong(wordsOf(rest ?? ''));
      continue;
    }
    const [pattern = '', ...words] = wordsOf(line);
    const isExclusion = pattern.startsWith('!');
    const owners = ownersAmong(words);
    const entry = {
      owners: owners.length > 0 ? owners : defaults,
      isExclusion,
      fits: codeMatcher(isExclusion ? pattern.slice(1) : pattern, 'gitlab'),
    };
    sections.set(section, [...(sections.get(section) ?? []), entry]);
  }
  return [...sections.values()];
}
