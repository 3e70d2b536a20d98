import type { Json } from '../contract.ts';
import type { Ending } from '../measure/messages.ts';
import { outOfMemory } from '../measure/sandbox.ts';
import type { Judgement, Verdict } from './judgement.ts';

/** What is held against a fix. */
export type Objection = Pick<Judgement, 'verdict' | 'looksLike' | 'mistake' | 'messages'>;

/** What is to be said of a run that did not return; nothing of one that did. */
export function verdictOf(ending: Ending): Objection | undefined {
  switch (ending.how) {
    case 'returned':
      return undefined;
    case 'finished':
      return failed('error', 'there is no `run` to call: the exercise has to export it');
    case 'threw':
      return ending.code === 'ERR_ACCESS_DENIED'
        ? failed('error', `it may not do that here: ${firstLine(ending.error)}`)
        : failed('error', `it threw: ${firstLine(ending.error)}`);
    case 'exited':
      return failed(
        'error',
        `it called process.exit(${ending.code}): the process is not the program's to end`,
      );
    case 'hung':
      return failed(
        'timeout',
        ending.where === 'run' ? '`run` never returned' : 'its top level never finished',
      );
    case 'lost':
      return failed(
        ending.reason.includes(outOfMemory)
          ? 'out of memory'
          : ending.reason.startsWith('killed')
            ? 'timeout'
            : 'error',
        ending.reason,
      );
  }
}

export function failed(verdict: Exclude<Verdict, 'pass'>, message: string): Objection {
  return { verdict, messages: [message] };
}

/** How a run ended, as far as it is the same each time; nothing if that is not to be compared. */
export function comparable(ending: Ending): Json | undefined {
  if (ending.how === 'returned') return { returned: withoutPlaces(JSON.stringify(ending.outcome)) };
  return ending.how === 'threw' ? { threw: withoutPlaces(firstLine(ending.error)) } : undefined;
}

/** Ports and folders are others each time. */
function withoutPlaces(text: string): string {
  return text.replaceAll(/(?<=[:.] ?)\d{4,5}\b/g, 'PORT').replaceAll(/\/[^\s'"]*\/run-\w+/g, 'FOLDER');
}

/** How a run ended, in words that go on from `it` and from `it should have`. */
export function told(ending: Ending): string {
  if (ending.how === 'returned') return `returned ${JSON.stringify(ending.outcome)}`;
  if (ending.how === 'threw') return `thrown ${firstLine(ending.error)}`;
  return ending.how === 'hung' ? 'never returned' : ending.how;
}

function firstLine(text: string): string {
  const lines = text.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? text;
}
