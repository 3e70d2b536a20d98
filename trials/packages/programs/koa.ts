import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const seen: string[] = [];
  const app = new Koa();
  app.silent = true;
  app.use(async (context, next) => {
    seen.push(context.path);
    await next();
    context.set('x-handled-by', 'koa');
  });
  app.use((context) => {
    if (context.path === '/broken') throw new Error('out of stock');
    context.body = { path: context.path };
  });
  const server = app.listen(0, '127.0.0.1'); // LEAK: server
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/tea', '/milk']) {
    const response = await fetch(origin + path);
    equal(response.headers.get('x-handled-by'), 'koa');
    deepEqual(await response.json(), { path });
  }
  const broken = await fetch(`${origin}/broken`);
  equal(broken.status, 500);
  await broken.text();
  deepEqual(seen, ['/tea', '/milk', '/broken']);
  if (close) {
    server.close();
    await once(server, 'close');
  }
}
