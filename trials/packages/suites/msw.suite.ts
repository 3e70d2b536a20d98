/** Requests that msw answers: with a body, without one, unread, and from two servers. */
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const server = setupServer(
  http.get('https://shop.test/orders', () => HttpResponse.json([{ item: 'tea' }])),
  http.post('https://shop.test/orders', async ({ request }) =>
    HttpResponse.json(await request.json(), { status: 201 }),
  ),
  http.delete('https://shop.test/orders', () => new HttpResponse(null, { status: 204 })),
);
beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test('asks for nothing', () => {});
for (let at = 0; at < 12; at++) {
  test(`reads ${at}`, async () => {
    expect(await (await fetch('https://shop.test/orders')).json()).toEqual([{ item: 'tea' }]);
  });
  test(`writes ${at}`, async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ at });
    const answer = await fetch('https://shop.test/orders', { method: 'POST', body, headers });
    expect(await answer.json()).toEqual({ at });
  });
}
test('reads one branch of a clone', async () => {
  const answer = await fetch('https://shop.test/orders');
  expect(answer.clone().status).toBe(200);
  expect(await answer.json()).toEqual([{ item: 'tea' }]);
});
test('reads the status alone', async () => {
  expect((await fetch('https://shop.test/orders', { method: 'DELETE' })).status).toBe(204);
  expect((await fetch('https://shop.test/orders')).status).toBe(200);
});
test('leaks a timer', async () => {
  await fetch('https://shop.test/orders');
  setInterval(() => {}, 1000); // LEAK: timer
});
