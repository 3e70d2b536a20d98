import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Stamp } from './serial-stamp.ts';

test('an object carries its number unseen', () => {
  const session = { user: 'ada' };
  Stamp.put(session, 7);
  expect(Stamp.of(session)).toBe(7);
  expect(Reflect.ownKeys(session)).toEqual(['user']);
  expect(inspect(session)).toBe("{ user: 'ada' }");
  expect(JSON.stringify(session)).toBe('{"user":"ada"}');
  expect(structuredClone(session)).toEqual({ user: 'ada' });
});

test('a second number takes the place of the first', () => {
  const session = {};
  Stamp.put(session, 7);
  Stamp.put(session, 8);
  expect(Stamp.of(session)).toBe(8);
});

test('an object that was never stamped has none, and neither has one that inherits from a stamped one', () => {
  const session = {};
  Stamp.put(session, 7);
  expect(Stamp.of({})).toBeUndefined();
  expect(Stamp.of(Object.create(session) as object)).toBeUndefined();
});

test('frozen objects, functions and objects without a prototype take one as well', () => {
  const all = [Object.freeze({}), (): void => {}, Object.create(null) as object, new Proxy({}, {})];
  for (const [index, each] of all.entries()) Stamp.put(each, index);
  expect(all.map((each) => Stamp.of(each))).toEqual([0, 1, 2, 3]);
});
