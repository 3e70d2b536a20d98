import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lessonFor, type Lesson } from '../../../detector/internal.ts';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { judged, type Judged } from './judged.ts';
import { seenOf } from './lessons-command.ts';
import { lessonsFrom, tableSource, type Seen } from './lessons-table.ts';

let seen: readonly Seen[] = [];
beforeAll(async () => {
  const { programs } = await readCatalogue(projectRoot);
  seen = await seenOf(programs.filter(({ role }) => role === 'pattern'));
}, 600_000);

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n');

function toldOf({ findings }: Seen, table: readonly Lesson[]): (Lesson | undefined)[] {
  return findings.map((finding) => lessonFor(finding, linesOf, table));
}

test('the table of the detector is as the patterns are', () => {
  const file = join(projectRoot, 'detector', 'lessons', 'table.ts');
  expect(readFileSync(file, 'utf8')).toBe(tableSource(lessonsFrom(seen, judged)));
});

test('a pattern is told a lesson that was judged right for it, and what is not judged is told none', () => {
  const table = lessonsFrom(seen, judged);
  const isRight = ({ id }: Seen, told: Lesson | undefined): boolean =>
    told === undefined
      ? judged.every(({ pairs }) => !pairs.includes(id))
      : judged.some(({ lesson, pairs }) => lesson === told.lesson && pairs.includes(id));
  const wrong = seen.flatMap((each) =>
    toldOf(each, table).flatMap((told) =>
      isRight(each, told) ? [] : [`${each.id}: ${told?.lesson ?? 'none'}`],
    ),
  );
  expect(wrong).toEqual([]);
  expect(seen.length).toBeGreaterThanOrEqual(40);
});

/** The judgements as they were if this pair had never been written. */
function without(id: string): Judged[] {
  return judged.flatMap((each) => {
    const pairs = each.pairs.filter((pair) => pair !== id);
    const [first] = pairs;
    return first === undefined ? [] : [{ ...each, pairs, lesson: each.lesson === id ? first : each.lesson }];
  });
}

test('each pattern, left out, is told by the others what is right for it, or nothing', () => {
  const wrong = seen.flatMap((each) => {
    const others = seen.filter(({ id }) => id !== each.id);
    return toldOf(each, lessonsFrom(others, without(each.id))).flatMap((told) => {
      const isRight =
        !told || judged.some(({ pairs }) => pairs.includes(told.lesson) && pairs.includes(each.id));
      return isRight ? [] : [`${each.id}: ${told.lesson}`];
    });
  });
  expect(wrong).toEqual([]);
});

test('the table is small enough to be carried', () => {
  expect(tableSource(lessonsFrom(seen, judged)).length).toBeLessThan(30_000);
});

describe('a judgement is refused', () => {
  const refused = (judgements: readonly Judged[]): unknown => {
    try {
      return lessonsFrom(seen, judgements);
    } catch (error) {
      return error instanceof UsageError ? [error.message, error.next] : error;
    }
  };
  const interval = 'timer/interval-never-cleared';

  test('of a pair that is none', () => {
    const problem = [
      'lab/docs/lessons/judged.ts: no pattern timer/gone',
      'npm run lab -- corpus lists them all',
    ];
    expect(refused([{ lesson: 'timer/gone', pairs: [interval] }])).toEqual(problem);
    expect(refused([{ lesson: interval, pairs: ['timer/gone'] }])).toEqual(problem);
  });

  test('that names a cue which the pair does not show', () => {
    expect(refused([{ lesson: interval, pairs: [interval], cues: ['aborts'] }])).toEqual([
      `lab/docs/lessons/judged.ts: the finding of ${interval} does not show aborts`,
      'change the cues, or take the pair out of the lesson',
    ]);
  });

  test('that says nothing of a pair which looks the same', () => {
    expect(refused([{ lesson: interval, pairs: [interval] }])).toEqual([
      `the advice is not judged for these pairs: missing-abort/cancel-skips-the-end would get the lesson ${interval}; timer/quit-without-clear would get the lesson ${interval}; timer/reconnect-overwrites-interval would get the lesson ${interval}; timer/unref-interval would get the lesson ${interval}`,
      'in lab/docs/lessons/judged.ts add the pair to the lesson, give the lesson a cue that the pair does not show, or take the lesson out',
    ]);
  });
});
