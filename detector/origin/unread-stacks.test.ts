import { expect, test } from 'vitest';
import { collectGarbage } from '../engine/gc.ts';
import { nextTurn } from '../engine/settle.ts';
import { Capture } from './capture.ts';
import { Unread } from './unread-stacks.ts';

const kept: Capture[] = [];

/** Takes a stack with a function on it that sees `treasure`. */
function captureWith(unread: Unread): WeakRef<object> {
  const treasure = { name: 'treasure' };
  function dig(): Capture {
    return new Capture(treasure.name.length);
  }
  const capture = dig();
  kept.push(capture);
  unread.add(capture);
  return new WeakRef(treasure);
}

async function isHeldAfter(treasure: WeakRef<object>): Promise<boolean> {
  await nextTurn();
  collectGarbage();
  return treasure.deref() !== undefined;
}

test('a stack that is kept holds what its functions see, until it is read', async () => {
  const unread = new Unread();
  const treasure = captureWith(unread);
  expect(await isHeldAfter(treasure)).toBe(true);
  unread.read();
  expect(await isHeldAfter(treasure)).toBe(false);
  expect(kept[0]?.frames[0]?.function).toBe('dig');
});

test('a stack that nothing keeps is not held', async () => {
  const unread = new Unread();
  const treasure = captureWith(unread);
  kept.length = 0;
  expect(await isHeldAfter(treasure)).toBe(false);
});
