import { createHook } from 'node:async_hooks';
import { BroadcastChannel, MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { ChannelEnds } from './channel-ends.ts';

/** Returns the ports that stand for a channel. */
function firstOf(ids: readonly number[]): number[] {
  const ends = new ChannelEnds();
  return ids.filter((id) => !ends.isSecond(id));
}

describe('the ends of message channels', () => {
  test('two ids that follow each other are one channel', () => {
    expect(firstOf([2, 3])).toEqual([2]);
    expect(firstOf([0, 1])).toEqual([0]);
  });

  test('channels made one after the other stay apart', () => {
    expect(firstOf([2, 3, 4, 5, 6, 7])).toEqual([2, 4, 6]);
  });

  test('a port whose other end is gone stands alone', () => {
    expect(firstOf([2, 4, 7, 8])).toEqual([2, 4, 7]);
  });

  test('the ports of a worker are one port and two channels', () => {
    expect(firstOf([10, 13, 14, 15, 16])).toEqual([10, 13, 15]);
  });

  test('Node gives the ends of a channel ids that follow each other, and a broadcast channel one', () => {
    const ids: number[] = [];
    const hook = createHook({ init: (id, type) => void (type === 'MESSAGEPORT' && ids.push(id)) }).enable();
    const { port1 } = new MessageChannel();
    const news = new BroadcastChannel('news');
    hook.disable();
    port1.close();
    news.close();
    const [first = 0, second, ...others] = ids;
    expect([second, others.length]).toEqual([first + 1, 1]);
  });
});
