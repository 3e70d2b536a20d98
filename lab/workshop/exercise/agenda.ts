import { UsageError } from '../../shared/usage-error.ts';
import type { Exercise } from './exercise.ts';

/** Lengths of a workshop. */
export const lengths = ['90', 'day'] as const;
export type Length = (typeof lengths)[number];

/** Parses a length. @throws UsageError */
export function lengthOf(text: string): Length {
  const length = lengths.find((each) => each === text);
  if (length) return length;
  throw new UsageError(`--for ${JSON.stringify(text)} is no length`, '--for 90, or --for day');
}

/** Returns the tracks that fill a workshop of this length. */
export function tracksFor(text: string): string {
  return lengthOf(text) === 'day' ? 'first-steps,families,detective,on-call' : 'first-steps,on-call';
}

/** A stretch of the plan. */
interface Slot {
  readonly minutes: number;
  readonly what: string;
  /** The kind of exercise that fills it. */
  readonly fill?: Exercise['kind'];
}

const plans: Readonly<Record<Length, readonly Slot[]>> = {
  '90': [
    {
      minutes: 10,
      what: 'What a leak is where there is a garbage collector: `leaklab study` of a pair, read together',
    },
    { minutes: 5, what: 'Set-up: `leaklab workshop init`, `npm run watch` beside the editor' },
    { minutes: 50, what: 'In pairs, at their own speed', fill: 'program' },
    { minutes: 15, what: 'On call: one incident, all together', fill: 'incident' },
    {
      minutes: 10,
      what: 'Wrong fixes that came up, and why each still leaks; `leaklab check` for their own code',
    },
  ],
  day: [
    {
      minutes: 30,
      what: 'What a leak is where there is a garbage collector; `leaklab study` of three pairs, read together',
    },
    { minutes: 15, what: 'Set-up: `leaklab workshop init`, `npm run watch` beside the editor' },
    { minutes: 60, what: 'In pairs, at their own speed', fill: 'program' },
    { minutes: 15, what: 'Break' },
    { minutes: 60, what: 'In pairs, at their own speed', fill: 'program' },
    { minutes: 15, what: 'Wrong fixes that came up, and why each still leaks' },
    { minutes: 60, what: 'Lunch' },
    { minutes: 60, what: 'Detective: from a report to the line that has to change', fill: 'report' },
    { minutes: 15, what: 'Break' },
    { minutes: 60, what: 'On call, in groups of three', fill: 'incident' },
    { minutes: 45, what: 'Their own code: `leaklab check`, the detector in one of their tests' },
    { minutes: 15, what: 'What each will look for tomorrow' },
  ],
};

/** Estimates the minutes of an exercise for a learner who has done two before. */
export function minutesFor({ kind, parts }: Exercise): number {
  const lines = parts.reduce((sum, { start }) => sum + start.source.split('\n').length, 0);
  const leaking = parts.filter(({ isLeaking }) => isLeaking).length;
  return Math.round(lines / 10) + 4 * leaking + (kind === 'program' ? 0 : 2);
}

/**
 * Returns a timed plan, a line for each stretch and each exercise that fits in it.
 *
 * @param start `09:00`
 */
export function agenda(
  length: Length,
  start: string,
  exercises: readonly { readonly name: string; readonly exercise: Exercise }[],
): string[] {
  let at = minutesOf(start);
  const waiting = [...exercises];
  const lines: string[] = [];
  for (const { minutes, what, fill } of plans[length]) {
    lines.push(`${clock(at)}  ${String(minutes).padStart(3)} min  ${what}`);
    let left = fill === undefined ? 0 : minutes;
    while (left > 0) {
      const index = waiting.findIndex(
        ({ exercise }) => exercise.kind === fill && minutesFor(exercise) <= left,
      );
      const [chosen] = index < 0 ? [] : waiting.splice(index, 1);
      if (!chosen) break;
      const takes = minutesFor(chosen.exercise);
      left -= takes;
      lines.push(`       ${String(takes).padStart(3)} min    ${chosen.name}`);
    }
    at += minutes;
  }
  lines.push(`${clock(at)}           The end`);
  if (waiting.length > 0) lines.push('', `to spare: ${waiting.map(({ name }) => name).join(', ')}`);
  return lines;
}

function minutesOf(text: string): number {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined)
    throw new UsageError(`--start ${JSON.stringify(text)} is no time of day`, '--start 09:00');
  return Number(hours) * 60 + Number(minutes);
}

function clock(minutes: number): string {
  const hours = Math.floor(minutes / 60) % 24;
  return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
