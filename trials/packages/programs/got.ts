import { deepEqual, equal, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import got, { HTTPError } from 'got';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, upstream }: PackageLab): Promise<void> {
  const api = got.extend({ prefixUrl: upstream.http, retry: { limit: 0 }, timeout: { request: 10_000 } });
  deepEqual(await api('ok').json(), { ok: true });
  equal(await api.post('echo', { body: 'tea' }).text(), 'tea');
  await rejects(Promise.resolve(api('error')), HTTPError);
  const feed = api.stream('sse?every=5', { timeout: {} }); // LEAK: request
  let read = '';
  while (!read.includes('data: 3')) {
    const [chunk] = await once(feed, 'data');
    read += String(chunk);
  }
  if (close) feed.destroy();
}
