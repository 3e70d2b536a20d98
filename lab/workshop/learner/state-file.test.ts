import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { formatState, parseState, untried, type State } from './state-file.ts';

const state: State = {
  track: 'first-steps',
  solutions: 'shown',
  current: '02-pay',
  exercises: [
    { ...untried('01-create-api', '6303399a'), phase: 'done', misses: 1, fixHints: 2, fails: 3 },
    untried('02-pay', '91b0f9a7'),
  ],
  others: [],
};

const text = `leaklab workshop, version 2
# How far you are. leaklab writes this file; your programs are in exercises/.
track: first-steps
solutions: shown
current: 02-pay

01-create-api made-from=6303399a phase=done misses=1 find-hints=0 fix-hints=2 fails=3
02-pay made-from=91b0f9a7 phase=find misses=0 find-hints=0 fix-hints=0 fails=0
`;

test('the file is a line for each exercise', () => {
  expect(formatState(state)).toBe(text);
  expect(parseState(text)).toEqual(state);
});

test('a file of version 1, which says mend, is read', () => {
  const [first, second] = state.exercises;
  const older = text
    .replace('version 2', 'version 1')
    .replaceAll('fix-hints', 'mend-hints')
    .replace('phase=find', 'phase=mend');
  expect(parseState(older)).toEqual({ ...state, exercises: [first, { ...second, phase: 'fix' }] });
});

test('whatever is written is read again', () => {
  const count = fc.nat({ max: 999_999 });
  const progress = fc.record({
    key: fc.stringMatching(/^[0-9a-f]{8}$/),
    phase: fc.constantFrom('find' as const, 'fix' as const, 'done' as const),
    misses: count,
    findHints: count,
    fixHints: count,
    fails: count,
    others: fc.constantFrom([], ['grade=2'], ['grade=2', 'seconds=9']),
  });
  const states = fc.array(progress, { minLength: 1, maxLength: 8 }).map((all): State => ({
    ...state,
    current: '01-a',
    exercises: all.map((each, index) => ({ name: `0${index + 1}-a`, ...each })),
    others: ['theme: dark'],
  }));
  fc.assert(
    fc.property(states, (each) => {
      expect(parseState(formatState(each))).toEqual(each);
    }),
  );
});

test('an older file says less, and a newer one of the same version more: nothing of it is lost', () => {
  const older = 'leaklab workshop, version 1\n01-a made-from=6303399a\n';
  expect(parseState(older)).toEqual({
    track: 'chosen',
    solutions: 'shown',
    current: '01-a',
    exercises: [untried('01-a', '6303399a')],
    others: [],
  });
  const newer = text.replace('current:', 'theme: dark\ncurrent:').replace('fails=3', 'fails=3 grade=2');
  const again = formatState(parseState(newer));
  expect(again).toContain('\ntheme: dark\n');
  expect(again).toContain('fails=3 grade=2\n');
});

const next = 'fix that line; or rename the file, and init makes a new one: your programs stay as they are';

test.each([
  ['', 'workshop.txt:1: expected `leaklab workshop, version 2`, got ""'],
  [text.slice(5), 'workshop.txt:1: expected `leaklab workshop, version 2`, got "ab workshop, version 2"'],
  [
    text.replace('version 2', 'version 3'),
    'workshop.txt:1: written by a newer leaklab, in version 3; this one reads up to version 2',
  ],
  [text.replace('phase=done', 'phase=won'), 'workshop.txt:7: "phase=won": a phase is one of find, fix, done'],
  [text.replace('fails=3', 'fails=-3'), 'workshop.txt:7: "fails=-3" is not a number from 0 up'],
  [text.replace(' fails=3', ' fails'), 'workshop.txt:7: "fails" is not of the form word=value'],
  [
    text.replace('made-from=91b0f9a7 ', ''),
    'workshop.txt:8: 02-pay does not say what it is made from: made-from=0123abcd',
  ],
  [text.replace('02-pay made', '01-create-api made'), 'workshop.txt:8: 01-create-api is listed twice'],
  [text.replace('current: 02-pay', 'current: 07-x'), 'workshop.txt:5: there is no exercise "07-x"'],
  [text.replace('shown', 'secret'), 'workshop.txt:4: expected shown or hidden, got "secret"'],
  [
    text.replace('02-pay made', 'pay made'),
    'workshop.txt:8: "pay" is no name of an exercise, such as 01-create-api',
  ],
  [text.slice(0, text.indexOf('01-create')), 'workshop.txt:7: no exercise is listed'],
])('a broken file is refused at its line', async (broken, problem) => {
  expect(await refusal(() => parseState(broken))).toEqual({ problem, next });
});

test('whatever an editor makes of it, it is read or refused, and never an error of ours', () => {
  const isTaken = (edited: string): boolean => {
    try {
      return parseState(edited).exercises.length > 0;
    } catch (error) {
      return error instanceof UsageError;
    }
  };
  fc.assert(
    fc.property(fc.nat({ max: text.length }), fc.nat({ max: 40 }), fc.string(), (at, length, instead) => {
      expect(isTaken(text.slice(0, at) + instead + text.slice(at + length))).toBe(true);
    }),
  );
});
