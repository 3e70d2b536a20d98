import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, upstream }: PackageLab): Promise<void> {
  const feed = new WebSocket(`${upstream.http.replace('http', 'ws')}/ws`); // LEAK: socket
  await once(feed, 'open');
  for (const question of ['price of tea', 'price of milk']) {
    const answered = once(feed, 'message');
    feed.send(question);
    const [answer] = await answered;
    equal(String(answer), question);
  }
  if (close) {
    feed.close();
    await once(feed, 'close');
  }
}
