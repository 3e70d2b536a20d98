import type { Frame } from '../../origin/frame.ts';
import { Sources } from '../../origin/source.ts';
import type { Origin } from './await-origin.ts';

const testFile = /(?:[._-](?:test|spec)\.[cm]?[jt]sx?|[\\/]__tests__[\\/][^\\/]+)$/;
/** An executor without a parameter and without a statement. */
const written = /\bawait new Promise(?:<[^(]*>)?\(\s*\(\)\s*=>\s*\{\s*(?:\/\*[^*]*\*\/\s*)?\}\s*\)/;

/**
 * Reports whether a function of a test file awaits `new Promise(() => {})`, written so on one line.
 *
 * It stands for work that never ends; elsewhere such a promise is a mistake.
 */
export function neverSettles(frame: Frame, { made }: Origin, sources: Sources): boolean {
  const [promise, maker] = made.length === 1 ? (made[0]?.frames ?? []) : [];
  if (!maker || promise?.function !== 'Promise' || promise.author !== 'engine') return false;
  if (!testFile.test(frame.file) || maker.place !== frame.place) return false;
  const line = sources.linesOf(maker.file)[maker.line - 1] ?? '';
  return written.test(line) && line.split('new Promise').length === 2;
}
