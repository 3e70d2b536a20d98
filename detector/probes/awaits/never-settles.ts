import type { Frame } from '../../origin/frame.ts';
import { Sources } from '../../origin/source.ts';
import type { Origin } from './await-origin.ts';

const testFile = /(?:[._-](?:test|spec)\.[cm]?[jt]sx?|[\\/]__tests__[\\/][^\\/]+)$/;
/** An executor without a parameter and without a statement. */
const executor = String.raw`new Promise(?:<[^(]*>)?\(\s*\(\)\s*=>\s*\{\s*(?:\/\*[^*]*\*\/\s*|\/\/[^\n]*\n\s*)*\}\s*,?\s*\)`;
const awaited = new RegExp(String.raw`\bawait ${executor}`);
const given = new RegExp(executor);
/** The most lines that such a promise takes, with a remark in it. */
const longest = 5;

/**
 * Reports whether a test file writes `new Promise(() => {})` and awaits it there, or code under test awaits it.
 *
 * It stands for work that never ends; elsewhere such a promise is a mistake.
 */
export function neverSettles(frame: Frame, { made }: Origin, sources: Sources): boolean {
  const [promise, maker] = made.length === 1 ? (made[0]?.frames ?? []) : [];
  if (!maker || promise?.function !== 'Promise' || promise.author !== 'engine') return false;
  if (!testFile.test(maker.file)) return false;
  const isGiven = !testFile.test(frame.file);
  if (!isGiven && maker.place !== frame.place) return false;
  const [line = '', ...more] = sources.linesOf(maker.file).slice(maker.line - 1, maker.line - 1 + longest);
  if (line.split('new Promise').length !== 2) return false;
  const from = line.slice(line.search(/(?:\bawait )?new Promise/));
  const found = (isGiven ? given : awaited).exec([from, ...more].join('\n'));
  return found?.index === 0;
}
