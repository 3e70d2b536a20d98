import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const orders: { id: number; item: string }[] = [];
  const app = express();
  app.use(express.json());
  app.get('/orders', (_request, response) => void response.json(orders));
  app.post('/orders', (request, response) => {
    const { item } = request.body as { item: string };
    orders.push({ id: orders.length + 1, item });
    response.status(201).json(orders.at(-1));
  });
  const server = app.listen(0, '127.0.0.1'); // LEAK: server
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  for (const item of ['tea', 'milk', 'salt']) {
    const body = JSON.stringify({ item });
    const created = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    equal(created.status, 201);
    equal(((await created.json()) as { item: string }).item, item);
  }
  deepEqual(await (await fetch(url)).json(), orders);
  equal((await (await fetch(`${url}/none`)).text()).includes('Cannot GET'), true);
  if (close) {
    server.close();
    await once(server, 'close');
  }
}
