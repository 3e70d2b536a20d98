import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { git } from '../../ci/git.ts';
import { writeWhole } from '../../shared/write-file.ts';

/**
 * Lets git merge a history without conflict, by the union of both sides: adds a line to `.gitattributes` beside it,
 * unless git does so already or is not used.
 *
 * @returns the path of the changed file; nothing if it stayed as it was
 */
export async function keepMergeable(file: string): Promise<string | undefined> {
  const folder = dirname(file);
  const name = basename(file);
  if ((await git(folder, 'rev-parse', '--is-inside-work-tree')) !== 'true') return undefined;
  const answer = await git(folder, 'check-attr', 'merge', '--', name);
  if (answer?.endsWith(': merge: union') === true) return undefined;
  const attributes = join(folder, '.gitattributes');
  const text = existsSync(attributes) ? readFileSync(attributes, 'utf8') : '';
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  // without conversion of line ends, which the digests would not survive
  writeWhole(attributes, `${text}${end}${patternOf(name)} merge=union -text\n`);
  return attributes;
}

/** Returns the pattern that fits a name alone. */
function patternOf(name: string): string {
  const escaped = name.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
  return /[\s"#!]/.test(escaped) ? `"/${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"` : `/${escaped}`;
}
