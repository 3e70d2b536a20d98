import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Upstream } from '../contract.ts';
import { connectTo } from './clients.ts';
import { clientEnds, countConnections } from './connections.ts';
import { createLab } from './lab-context.ts';
import { startOutside, type RunEndpoints, type Outside } from './outside.ts';

describe('the upstream counts', () => {
  let outside: Outside;
  let endpoints: RunEndpoints;
  let upstream: Upstream;

  beforeAll(async () => {
    outside = await startOutside();
  });
  afterAll(() => outside.close());
  beforeEach(async () => {
    endpoints = await outside.openEndpoints();
    upstream = createLab(endpoints.addresses, '', (question) => endpoints.ask(question)).upstream;
  });
  afterEach(() => endpoints.close());

  test.each(['silent', 'echo', 'resets'] as const)('tcp connections to %s, up and down', async (listener) => {
    const sockets = [];
    for (const expected of [1, 2, 3]) {
      sockets.push(await connectTo(upstream[listener]));
      expect(await upstream.connections()).toBe(expected);
    }
    for (const expected of [2, 1, 0]) {
      sockets.pop()?.destroy();
      expect(await upstream.connections()).toBe(expected);
    }
  });

  test('a silent connection with unread bytes after its end, until it is destroyed', async () => {
    const socket = await connectTo(upstream.silent);
    socket.end('never read');
    await once(socket, 'finish');
    expect(await upstream.connections()).toBe(1);
    socket.destroy();
    expect(await upstream.connections()).toBe(0);
  });

  test('a silent connection whose writer is stuck, until it is destroyed', async () => {
    const socket = await connectTo(upstream.silent);
    socket.on('error', () => {});
    socket.write(Buffer.alloc(50_000_000));
    expect(await upstream.connections()).toBe(1);
    socket.destroy();
    expect(await upstream.connections()).toBe(0);
  });

  test('no connection that it has reset', async () => {
    const socket = await connectTo(upstream.resets);
    const closed = once(socket, 'close').catch(() => once(socket, 'close'));
    socket.write('x');
    await closed;
    expect(await upstream.connections()).toBe(0);
  });

  test('a keep-alive connection until its agent is destroyed', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const request = http.get(`${upstream.http}/ok`, { agent });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response.resume(), 'end');
    expect(await upstream.connections()).toBe(1);
    agent.destroy();
    expect(await upstream.connections()).toBe(0);
  });

  test('a stalled request until it is destroyed', async () => {
    const request = http.get(`${upstream.http}/stall-body`);
    request.on('error', () => {});
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.on('error', () => {});
    expect(await upstream.connections()).toBe(1);
    request.destroy();
    expect(await upstream.connections()).toBe(0);
  });

  test('a session with many streams as one', async () => {
    const session = http2.connect(upstream.http2);
    const streams = [1, 2, 3].map(() => session.request({ ':path': '/sse' }));
    await Promise.all(streams.map((stream) => once(stream, 'data')));
    expect(await upstream.connections()).toBe(1);
    session.destroy();
    await once(session, 'close');
    expect(await upstream.connections()).toBe(0);
  });

  test('a websocket', async () => {
    const client = new WebSocket(`${upstream.http.replace('http', 'ws')}/ws`);
    await once(client, 'open');
    expect(await upstream.connections()).toBe(1);
    client.terminate();
    await once(client, 'close');
    expect(await upstream.connections()).toBe(0);
  });

  test('all listeners together, and no other run', async () => {
    const other = await outside.openEndpoints();
    const sockets = await Promise.all([
      connectTo(upstream.silent),
      connectTo(upstream.echo),
      connectTo(Number(new URL(upstream.http).port)),
      connectTo(other.addresses.echo),
    ]);
    expect(await upstream.connections()).toBe(3);
    expect(await other.ask({ ask: 'connections' })).toEqual({ answer: 'connections', count: 1 });
    for (const socket of sockets) socket.destroy();
    await other.close();
  });
});

/** Rows as the kernel prints them; ports 1F90 = 8080 (ours) and 1F91. */
const rows = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0',
  '   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0 20 4 30 10 -1',
  '   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 103 1 0 20 4 30 10 -1',
  '   3: 0100007F:C351 0100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 104 1 0 20 4 30 10 -1',
  '   4: 0100007F:C352 0100007F:1F90 04 00000000:00000000 01:00000014 00000000     0        0 0 1 0 20 4 30 10 -1',
  '   5: 0100007F:C353 0100007F:1F90 08 00000000:00000000 00:00000000 00000000     0        0 105 1 0 20 4 30 10 -1',
  '   6: 0100007F:C354 0100007F:1F90 06 00000000:00000000 03:00000014 00000000     0        0 0 3 0',
  '   7: 0100007F:C355 0100007F:1F91 01 00000000:00000000 00:00000000 00000000     0        0 106 1 0 20 4 30 10 -1',
  '   8: 0200A8C0:C356 0100A8C0:1F90 01 00000000:00000000 00:00000000 00000000     0        0 107 1 0 20 4 30 10 -1',
  '',
].join('\n');

test('of the kernel table, only client ends that a process holds and the server has not closed count', () => {
  expect(clientEnds(rows, new Set([8080]))).toBe(2);
  expect(clientEnds(rows, new Set([8081]))).toBe(1);
  expect(clientEnds(rows, new Set())).toBe(0);
});

test('a row that the kernel prints twice counts once', () => {
  const [head, ...rest] = rows.split('\n');
  expect(clientEnds([head, ...rest, ...rest].join('\n'), new Set([8080]))).toBe(2);
});

test('without the kernel table the listeners are asked', async () => {
  expect(await countConnections(new Set([8080]), () => 7, '/nowhere')).toBe(7);
});
