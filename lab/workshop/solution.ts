import { createTwoFilesPatch } from 'diff';
import { partOf } from '../catalogue/story.ts';
import type { Exercise, Part } from './exercise.ts';
import { wrongFixesOf } from './judge-fix.ts';
import { explain } from './looks-like.ts';
import { wrapped } from './say.ts';

/** One way to fix an exercise, and what there is to be learnt from it. */
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
    ...wrongFixesOf(wrongFixes).flatMap((wrong) => say('what still leaks', explain(wrong))),
    ...say('seen in', pattern.pattern.seenIn.join(', ')),
  ];
}

/** The lines of a unified diff, without its head. */
export function diffLines(before: string, after: string): string[] {
  const patch = createTwoFilesPatch('before', 'after', before, after, '', '', { context: 2 });
  return patch
    .trimEnd()
    .split('\n')
    .slice(3)
    .filter((line) => !line.startsWith('@@') && !line.startsWith('---') && !line.startsWith('+++'))
    .map((line) => `  ${line}`.trimEnd());
}

/** The sentence of a pair's story that says what is to be done. */
export function adviceOf({ pair }: Part): string {
  return partOf(pair.pattern.story, 'How to fix');
}
