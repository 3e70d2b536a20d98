import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Author, Results } from './formats/results.ts';

const run = promisify(execFile);
/** Leaks whose line is looked up in the history; more would not be read. */
const lookedUp = 100;

/** Returns the top of the working tree around a folder, or the folder itself if there is none. */
export async function rootOf(folder: string): Promise<string> {
  const top = await git(folder, 'rev-parse', '--show-toplevel');
  return top === undefined || top === '' ? resolve(folder) : resolve(top);
}

/**
 * Adds to each leak the author of the last change to its line. A change before `since` can't have begun the leak
 * alone: then the author is that of the last change to the file after `since`, if there is one.
 *
 * In a shallow clone, leaks whose author is unknown get none.
 *
 * @param since the commit, branch or tag at which the change under test begins
 */
export async function withAuthors(results: Results, since?: string): Promise<Results> {
  const { root } = results;
  const isCut = (await git(root, 'rev-parse', '--is-shallow-repository')) === 'true';
  const causes = [];
  for (const [index, cause] of results.causes.entries()) {
    const { place } = cause;
    const author = place && index < lookedUp ? await authorOf(root, place, isCut, since) : undefined;
    causes.push(author ? { ...cause, author } : cause);
  }
  return { ...results, causes };
}

async function authorOf(
  root: string,
  { path, line }: { readonly path: string; readonly line: number },
  isCut: boolean,
  since: string | undefined,
): Promise<Author | undefined> {
  const blame = await git(root, 'blame', '--porcelain', '-L', `${line},${line}`, '--', path);
  if (blame === undefined) return undefined;
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(blame)?.[1] ?? '';
  if (isCut && /^boundary$/m.test(blame)) return undefined;
  const commit = /^[\da-f]{40,64}/.exec(blame)?.[0] ?? '';
  // the hash of a line that is not committed has only zeros
  if (/^0*$/.test(commit)) return { name: '', email: '' };
  if (since !== undefined && (await isPartOf(root, commit, since))) {
    const later = await lastChange(root, `${since}..HEAD`, path);
    if (later) return later;
  }
  return {
    name: field('author'),
    email: field('author-mail').replace(/^<|>$/g, ''),
    commit,
    date: new Date(Number(field('author-time')) * 1000).toISOString().slice(0, 10),
    subject: field('summary'),
  };
}

async function isPartOf(root: string, commit: string, history: string): Promise<boolean> {
  return (await git(root, 'merge-base', '--is-ancestor', commit, history)) !== undefined;
}

async function lastChange(root: string, range: string, path: string): Promise<Author | undefined> {
  const format = ['%H', '%aN', '%aE', '%as', '%s'].join('%x00');
  const text = await git(root, 'log', '-1', `--format=${format}`, range, '--', path);
  const [commit, name, email, date, subject] = text?.split('\0') ?? [];
  if (commit === undefined || name === undefined || email === undefined) return undefined;
  return { name, email, commit, ...(date && { date }), ...(subject && { subject }) };
}

/** Runs git and returns its output; nothing without git, a repository, or the object. */
export async function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', args, { cwd: folder, maxBuffer: 2 ** 26 });
    return stdout.trimEnd();
  } catch {
    return undefined;
  }
}
