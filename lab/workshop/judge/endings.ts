import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../contract.ts';
import type { Ending } from '../../watched/messages.ts';
import { outOfMemory } from '../../watched/sandbox.ts';
import type { Verdict } from './judgement.ts';

/** Returns the verdict on a run that did not return. */
export function verdictOf(ending: Exclude<Ending, { readonly how: 'returned' }>): Exclude<Verdict, 'pass'> {
  if (ending.how === 'hung') return 'timeout';
  if (ending.how !== 'lost') return 'error';
  if (ending.reason.includes(outOfMemory)) return 'out of memory';
  return ending.reason.startsWith('killed') ? 'timeout' : 'error';
}

/** Reports whether two runs ended alike: the same outcome, or the same error. */
export function endedAlike(one: Ending, other: Ending): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

/** Returns the part of an ending that is the same each time; nothing for one that can't be compared. */
export function comparable(ending: Ending): Json | undefined {
  if (ending.how === 'returned') return { returned: withoutPlaces(JSON.stringify(ending.outcome)) };
  return ending.how === 'threw' ? { threw: withoutPlaces(firstLine(ending.error)) } : undefined;
}

/** Masks ports and folders, which differ from run to run. */
function withoutPlaces(text: string): string {
  return text.replaceAll(/(?<=[:.] ?)\d{4,5}\b/g, 'PORT').replaceAll(/\/[^\s'"]*\/run-\w+/g, 'FOLDER');
}

/** Returns the line of an error's text that names it. */
export function firstLine(text: string): string {
  const lines = text.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? text;
}
