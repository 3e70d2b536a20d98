import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamText } from 'hono/streaming';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const app = new Hono();
  app.post('/echo', async (context) => context.json(await context.req.json()));
  app.get('/count', (context) =>
    streamText(context, async (stream) => {
      for (const number of [1, 2, 3]) await stream.writeln(String(number));
    }),
  );
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }); // LEAK: server
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const echoed = await fetch(`${origin}/echo`, { method: 'POST', body: '{"tea":1}' });
  deepEqual(await echoed.json(), { tea: 1 });
  equal(await (await fetch(`${origin}/count`)).text(), '1\n2\n3\n');
  const missing = await fetch(`${origin}/none`);
  equal(missing.status, 404);
  await missing.text();
  if (close) {
    server.close();
    await once(server, 'close');
  }
}
