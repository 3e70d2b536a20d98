import { createTwoFilesPatch } from 'diff';
import { partOf } from '../../catalogue/story.ts';
import type { Exercise, Part } from '../exercise/exercise.ts';
import { wrapped } from './messages.ts';
import { explain } from './judgement-messages.ts';

/** Returns one way to fix an exercise, its story, and the wrong fixes. */
export function solutionOf({ parts }: Exercise): string[] {
  return parts.filter(({ isLeaking }) => isLeaking).flatMap(partSolution);
}

function partSolution({ pair, file, start, fixed }: Part): string[] {
  const { pattern, fix, wrongFixes } = pair;
  const say = (heading: string, text: string): string[] => [heading, ...wrapped(text, '  '), ''];
  return [
    `${file}: ${pattern.pattern.title} (${pattern.id})`,
    '',
    ...say('fixed', fix.story.opening.replace(/^\w+: /, '')),
    ...diffLines(start.source, fixed.source),
    '',
    ...pattern.story.parts.flatMap(({ heading, text }) => say(heading.toLowerCase(), text)),
    ...wrongFixes.flatMap((wrong) => say('what still leaks', explain(wrong))),
    ...say('seen in', pattern.pattern.seenIn.join(', ')),
  ];
}

/** Returns the lines of a unified diff, without its head. */
export function diffLines(before: string, after: string): string[] {
  const patch = createTwoFilesPatch('before', 'after', before, after, '', '', { context: 2 });
  return patch
    .trimEnd()
    .split('\n')
    .slice(3)
    .filter((line) => !line.startsWith('@@') && !line.startsWith('---') && !line.startsWith('+++'))
    .map((line) => `  ${line}`.trimEnd());
}

/** Returns the advice of a pair's story. */
export function adviceOf({ pair }: Part): string {
  return partOf(pair.pattern.story, 'How to fix');
}
