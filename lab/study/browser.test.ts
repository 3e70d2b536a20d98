import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { browse, browserLines, matching, press, type BrowserState, type Entry, type Key } from './browser.ts';

const entries: readonly Entry[] = [
  { id: 'timer/clock', title: 'Clock that ticks on', family: 'timer', kinds: ['timer'], stage: 'unit' },
  { id: 'pool/client', title: 'Client kept', family: 'pool', kinds: ['socket'], stage: 'e2e' },
  { id: 'pool/waiter', title: 'Waiter gone', family: 'pool', kinds: ['await', 'socket'], stage: 'unit' },
];

const letter = (text: string): Key => ({ name: text, sequence: text });

function after(keys: readonly Key[]): BrowserState {
  return keys.reduce((state, key) => press(state, key, 10).state, browse(entries));
}

test('the list is filtered by family, kind and stage, each key going on to the next value', () => {
  const ids = (keys: string): string[] => matching(after(keys.split('').map(letter))).map(({ id }) => id);
  expect(ids('f')).toEqual(['timer/clock']);
  expect(ids('ff')).toEqual(['pool/client', 'pool/waiter']);
  expect(ids('ffs')).toEqual(['pool/waiter']);
  expect(ids('fff')).toHaveLength(3);
  expect(ids('iii')).toEqual(['pool/waiter']);
  expect(ids('ffix')).toHaveLength(3);
});

test('a search takes letters that are keys elsewhere, words in any order', () => {
  const state = after([letter('/'), ...'gone POOL'.split('').map(letter), { name: 'return' }]);
  expect(matching(state).map(({ id }) => id)).toEqual(['pool/waiter']);
  expect(press(state, { name: 'return' }, 10)).toMatchObject({ act: 'open', id: 'pool/waiter' });
  const shorter = after([letter('/'), letter('q'), { name: 'backspace' }, { name: 'escape' }]);
  expect(matching(shorter)).toHaveLength(3);
  expect(press(shorter, letter('q'), 10).act).toBe('quit');
});

test('the screen says what is shown and which keys there are', () => {
  expect(browserLines(after([letter('f'), letter('f'), { name: 'down' }]), 80, 24)).toEqual([
    '2 of 3 pairs, family pool',
    '',
    '  pool/client  Client kept',
    '> pool/waiter  Waiter gone',
    '',
    '↑↓ move, enter opens, / search, f family, i kind, s stage, x all, q quit',
  ]);
  expect(browserLines(after([letter('/'), letter('z')]), 80, 24).slice(0, 3)).toEqual([
    '0 of 3 pairs, search z_',
    '',
    '  nothing fits; x shows all',
  ]);
});

test('whatever is pressed, the cursor is on an entry and the screen fits', () => {
  const names = ['up', 'down', 'pageup', 'pagedown', 'home', 'end', 'return', 'escape', 'backspace', 'tab'];
  const key = fc.oneof(
    fc.constantFrom(...names).map((name): Key => ({ name })),
    fc.constantFrom(...'fisxjk/abc'.split('')).map(letter),
    fc.string({ minLength: 1, maxLength: 2 }).map((sequence): Key => ({ sequence })),
  );
  const many = Array.from({ length: 40 }, (_, index): Entry => ({
    id: `timer/number-${index}`,
    title: 'A title that is far too long for a narrow terminal, and is cut off there',
    family: index % 2 === 0 ? 'timer' : 'pool',
    kinds: ['timer'],
    stage: 'unit',
  }));
  const sizes = fc.record({
    columns: fc.integer({ min: 10, max: 120 }),
    rows: fc.integer({ min: 6, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), sizes, (keys, { columns, rows }) => {
      const state = keys.reduce((each, pressed) => press(each, pressed, rows).state, browse(many));
      const lines = browserLines(state, columns, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      const isNothing = matching(state).length === 0;
      expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(isNothing ? 0 : 1);
    }),
  );
});
