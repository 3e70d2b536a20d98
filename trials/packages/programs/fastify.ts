import { deepEqual, equal } from 'node:assert/strict';
import { fastify } from 'fastify';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const app = fastify();
  let closed = 0;
  app.addHook('onClose', async () => {
    closed += 1;
  });
  app.register(async (stock) => {
    stock.get('/stock/:item', async (request) => ({ ...(request.params as object), left: 7 }));
  });
  app.post(
    '/orders',
    { schema: { body: { type: 'object', required: ['item'], properties: { item: { type: 'string' } } } } },
    async (request, reply) => reply.code(201).send(request.body),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' }); // LEAK: server
  deepEqual(await (await fetch(`${url}/stock/tea`)).json(), { item: 'tea', left: 7 });
  const order = (body: object): Promise<Response> =>
    fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const created = await order({ item: 'tea' });
  equal(created.status, 201);
  deepEqual(await created.json(), { item: 'tea' });
  const refused = await order({});
  equal(refused.status, 400);
  await refused.json();
  equal((await app.inject('/stock/salt')).statusCode, 200);
  if (close) await app.close();
  equal(closed, close ? 1 : 0);
}
