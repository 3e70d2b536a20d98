import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectTo } from './clients.ts';
import { createHttpListener } from './http-listeners.ts';
import { createResettingListener } from './tcp-listeners.ts';

/** Runs the listeners in this process, so that the fake clock governs them. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Waits for events until the condition holds; vitest's own helpers would move the clock. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('resets waits 10 ms after the first bytes, and no longer after later ones', async () => {
  const server = createResettingListener();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = await connectTo(await listen(server));
  const reset = once(client, 'error') as Promise<[NodeJS.ErrnoException]>;
  const [socket] = await accepted;
  expect(vi.getTimerCount()).toBe(0);
  client.write('first');
  await once(socket, 'data');
  client.write('second');
  vi.advanceTimersByTime(9);
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect({ destroyed: socket.destroyed, bytesRead: socket.bytesRead }).toEqual({
    destroyed: true,
    bytesRead: 5,
  });
  expect((await reset)[0].code).toBe('ECONNRESET');
  server.close();
});

test('resets forgets its timer when the client goes first', async () => {
  const server = createResettingListener();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = await connectTo(await listen(server));
  const [socket] = await accepted;
  client.write('first');
  await once(socket, 'data');
  expect(vi.getTimerCount()).toBe(1);
  socket.destroy();
  await once(socket, 'close');
  expect(vi.getTimerCount()).toBe(0);
  client.destroy();
  server.close();
});

test('/drip sends a chunk at once and one more every so many ms, and forgets its timer when the client goes', async () => {
  const server = createHttpListener();
  const request = http.get(`http://127.0.0.1:${await listen(server)}/drip?chunks=3&every=40`);
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.on('error', () => {});
  expect((await once(response, 'data')).map(String)).toEqual(['chunk 1\n']);
  await until(() => vi.getTimerCount() === 1);
  vi.advanceTimersByTime(39);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  expect((await once(response, 'data')).map(String)).toEqual(['chunk 2\n']);
  await until(() => vi.getTimerCount() === 1);
  request.destroy();
  await until(() => vi.getTimerCount() === 0);
  server.close();
});
