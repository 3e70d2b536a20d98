import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { answer, finding, program } from './fixtures/judgement.ts';
import { judge } from './judge.ts';
import { formatTable, summarize } from './summary.ts';

const timer = { kind: 'timer', line: 6, count: 1 } as const;
const stream = { id: 'stream/body', family: 'stream' } as const;

const judgements = [
  judge(program('pattern', [timer]), answer([finding('timer', 6)]), 900),
  judge(program('pattern', [timer], { id: 'timer/bell' }), answer([finding('timer', 7)]), 1100),
  judge(program('pattern', [timer], { id: 'timer/gong' }), answer([finding('server', 6)]), 1000),
  judge(program('pattern', [timer], stream), answer([]), 400),
  judge(program('fix'), answer([]), 300),
  judge(program('fix', [], { id: 'timer/bell' }), answer([finding('timer', 6), finding('fd', 7)]), 1000),
  judge(program('fix', [], stream), answer([]), 200),
  judge(program('decoy'), answer([]), 300),
  judge(program('decoy', [], stream), answer([], { how: 'threw', error: 'Error' }), 300),
  judge(program('wrong-fix', [timer]), answer([finding('timer', 6)]), 900),
  judge(program('wrong-fix', [timer], { id: 'timer/bell' }), answer([]), 500),
];

test('everything is counted, as numbers', () => {
  expect(summarize(judgements, 12_345.6)).toEqual({
    pairs: 4,
    caught: 3,
    kindRight: 2,
    lineRight: 1,
    fixesClean: 2,
    decoys: 2,
    decoysClean: 1,
    wrongFixes: 2,
    wrongFixesCaught: 1,
    unexpected: 4,
    ms: 12_346,
  });
});

test('nothing is counted as zeros', () => {
  expect(Object.values(summarize([], 0))).toEqual(Array(11).fill(0));
});

test('the table has a row for each family that was run, and one for all', () => {
  expect(stripVTControlCharacters(formatTable(judgements, 12_345.6))).toBe(
    `family  caught  right kind  right line  fix clean  decoys clean        time
timer      3/3         2/3         1/3        1/2           1/1  0.8 s each
stream     0/1         0/1         0/1        1/1           0/1  0.3 s each
all        3/4         2/4         1/4        2/3           1/2      12.3 s`,
  );
});
