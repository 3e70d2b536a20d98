import { expect, test } from 'vitest';
import { snapshot } from '../index.ts';
import { Guard } from './guard.ts';

test('lets no error out of a hook, and switches the others off', () => {
  const guard = new Guard();
  const add = guard.hook((a: number, b: number) => a + b);
  const fail = guard.hook(() => {
    throw new RangeError('too deep');
  });
  expect([add(1, 2), guard.failure]).toEqual([3, undefined]);
  expect(fail()).toBe(undefined);
  expect(guard.run(() => 'other', 'otherwise')).toBe('other');
  expect([add(1, 2), guard.failure]).toEqual([undefined, 'too deep']);
  guard.reset();
  expect([add(1, 2), guard.failure]).toEqual([3, undefined]);
});

test('keeps the first error', () => {
  const guard = new Guard();
  for (const message of ['first', 'second']) {
    const result = guard.run(() => {
      throw new Error(message);
    }, 'otherwise');
    expect(result).toBe('otherwise');
  }
  expect(guard.failure).toBe('first');
});

test('a hook that fails is named by the scope, and the next scope begins afresh', async () => {
  const outer = snapshot({ budget: 10 });
  try {
    // the allowance of stacks uses it once it is used up
    const { floor } = Math;
    Math.floor = () => {
      throw new Error('no floor');
    };
    try {
      for (let index = 0; index < 1200; index += 1) clearTimeout(setTimeout(() => {}, 1000));
    } finally {
      Math.floor = floor;
    }
    expect((await outer.find()).failedProbes).toEqual([{ probe: 'handles', error: 'no floor' }]);
    const inner = snapshot({ budget: 10 });
    const timer = setInterval(() => {}, 1000);
    const { leaks, failedProbes } = await inner.find();
    clearInterval(timer);
    inner.dispose();
    expect([leaks.map(({ kind }) => kind), failedProbes]).toEqual([['timer'], []]);
  } finally {
    outer.dispose();
  }
});
