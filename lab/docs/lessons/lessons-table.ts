import { readFileSync } from 'node:fs';
import type { Finding } from '../../../detector/index.ts';
import { isSame, lessonFor, shapeOf, type Lesson, type Shape } from '../../../detector/internal.ts';
import { firstSentence, partOf, type Story } from '../../catalogue/story.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Judged } from './judged.ts';

/** Findings of the detector for a pattern. */
export interface Seen {
  readonly id: string;
  readonly story: Story;
  readonly findings: readonly Finding[];
}

/**
 * Returns the lessons, from the findings of the patterns and the reviewed advice.
 *
 * @throws UsageError if a judged pair is unknown or does not show its cues, or if a pair that is not judged looks
 *   like one that teaches
 */
export function lessonsFrom(seen: readonly Seen[], judged: readonly Judged[]): readonly Lesson[] {
  const table = judged.map((each) => lessonOf(each, seen));
  const wrong = seen.flatMap(({ id, findings }) =>
    findings.flatMap((finding) => {
      const told = lessonFor(finding, linesOf, table);
      if (!told || judgementOf(told, judged)?.pairs.includes(id)) return [];
      return [`${id} would get the lesson ${told.lesson}`];
    }),
  );
  if (wrong.length > 0) {
    throw new UsageError(
      `the advice is not judged for these pairs: ${wrong.join('; ')}`,
      'in lab/docs/lessons/judged.ts add the pair to the lesson, give the lesson a cue that the pair does not show, or take the lesson out',
    );
  }
  return table;
}

function judgementOf({ lesson, cues }: Lesson, judged: readonly Judged[]): Judged | undefined {
  return judged.find((each) => each.lesson === lesson && (each.cues ?? []).join() === cues.join());
}

function lessonOf({ lesson, pairs, cues = [], advice }: Judged, seen: readonly Seen[]): Lesson {
  const named = seen.find(({ id }) => id === lesson);
  if (!named) throw unknownPair(lesson);
  const shapes: Shape[] = [];
  for (const id of pairs) {
    const pair = seen.find((each) => each.id === id);
    if (!pair) throw unknownPair(id);
    const own = pair.findings.flatMap((finding) => shapeOf(finding) ?? []);
    if (own.length === 0) {
      throw new UsageError(
        `lab/docs/lessons/judged.ts: the finding of ${id} has no shape to learn from`,
        `npm run lab -- run ${id} shows what the detector says of it`,
      );
    }
    for (const shape of own) if (!shapes.some((each) => isSame(each, shape))) shapes.push(shape);
    const one: Lesson = { lesson, advice: '', cues, shapes };
    if (!pair.findings.some((finding) => lessonFor(finding, linesOf, [one]))) {
      throw new UsageError(
        `lab/docs/lessons/judged.ts: the finding of ${id} does not show ${cues.join(' and ')}`,
        'change the cues, or take the pair out of the lesson',
      );
    }
  }
  return { lesson, advice: advice ?? firstSentence(partOf(named.story, 'How to fix')), cues, shapes };
}

function unknownPair(id: string): UsageError {
  return new UsageError(
    `lab/docs/lessons/judged.ts: no pattern ${id}`,
    'npm run lab -- corpus lists them all',
  );
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n');
}

/** Returns the table as source of the detector. */
export function tableSource(table: readonly Lesson[]): string {
  return [
    '// written by `npm run pages`; change the programs or lab/docs/lessons/judged.ts, not this table',
    "import type { Lesson } from './lesson.ts';",
    '',
    '/** The lessons, with the shapes of their findings. */',
    `export const lessons: readonly Lesson[] = ${JSON.stringify(table, null, 1)};`,
    '',
  ].join('\n');
}
