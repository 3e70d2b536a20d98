import { unwritten } from '../story.ts';

const program = `/** What lives longer than the work. */
const reminders = new Set<NodeJS.Timeout>();

function remind(text: string): string {
  reminders.add(setTimeout(() => {}, 60_000)); // LEAK: timer
  return text;
}

export async function run(): Promise<Outcome> {
  throw new Error('${unwritten}: what a caller sees of the job');
  return { told: remind('tea') };
}
`;

/** A pattern that the catalogue refuses until it is written. */
export const patternTemplate = `/**
 * ${unwritten}: the story in one sentence.
 *
 * **What leaks** ${unwritten}
 *
 * **Why it survives** ${unwritten}
 *
 * **How it shows up** ${unwritten}
 *
 * **How to fix** ${unwritten}
 *
 * **When this is not a leak** ${unwritten}
 */
import type { Outcome, Pattern } from '../../contract.ts';

export const pattern = {
  title: '${unwritten}',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['owner/repository#1'],
  hints: ['${unwritten}', '${unwritten}', '${unwritten}'],
  node: '>=22',
} satisfies Pattern;

${program}`;

/** A fix to fill in: the same program, not fixed yet. */
export const fixTemplate = `/** Fixed: ${unwritten}. */
import type { Outcome } from '../../contract.ts';

${program.replace(' // LEAK: timer', '')}`;
