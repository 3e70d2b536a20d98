import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Upstream } from '../contract.ts';
import { behaviours } from './behaviours.ts';
import { connectTo, getByHttp1, getByHttp2 } from './clients.ts';
import { openLab } from './lab-context.ts';

let upstream: Upstream;
let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await openLab();
  upstream = opened.lab.upstream;
  close = opened.close;
});
afterAll(() => close());

describe.each([
  { protocol: 'http', get: getByHttp1 },
  { protocol: 'http2', get: getByHttp2 },
] as const)('over $protocol', ({ protocol, get }) => {
  const at = (path: string): string => upstream[protocol] + path;

  test('/ok answers', async () => {
    const { status, headers, body, end } = await get(at('/ok'));
    expect({ status, body, end }).toEqual({ status: 200, body: '{"ok":true}', end: 'whole' });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '11' });
  });

  test('/echo gives the body back', async () => {
    const body = 'grüße '.repeat(50_000);
    const got = await get(at('/echo'), { method: 'POST', body });
    expect({ status: got.status, end: got.end }).toEqual({ status: 200, end: 'whole' });
    // not `toBe`: the difference would fill the terminal
    expect(got.body === body).toBe(true);
  });

  test('/echo of nothing is nothing', async () => {
    expect(await get(at('/echo'))).toMatchObject({ status: 200, body: '', end: 'whole' });
  });

  test.each([0, 1, 65_536, 65_537, 1_000_000])('/bytes sends %i bytes', async (size) => {
    const { status, headers, body, end } = await get(at(`/bytes?size=${size}`));
    expect({ status, end, length: headers['content-length'] }).toEqual({
      status: 200,
      end: 'whole',
      length: String(size),
    });
    expect(body === 'x'.repeat(size)).toBe(true);
  });

  test('/bytes sends 100000 bytes by default', async () => {
    expect((await get(at('/bytes'))).body).toHaveLength(100_000);
  });

  test('/stall-body sends 10 bytes of 1000 and then nothing', async () => {
    const { status, headers, body, end } = await get(at('/stall-body'), { enough: 10 });
    expect({ status, body, end }).toEqual({ status: 200, body: '0123456789', end: 'cut' });
    expect(headers['content-length']).toBe('1000');
  });

  test('/drip sends its chunks and ends', async () => {
    const { status, headers, body, end } = await get(at('/drip?chunks=3&every=1'));
    expect({ status, body, end }).toEqual({ status: 200, body: 'chunk 1\nchunk 2\nchunk 3\n', end: 'whole' });
    expect(headers['content-length']).toBeUndefined();
  });

  test('/drip sends five chunks by default, and none for 0', async () => {
    expect((await get(at('/drip'))).body).toBe('chunk 1\nchunk 2\nchunk 3\nchunk 4\nchunk 5\n');
    expect(await get(at('/drip?chunks=0'))).toMatchObject({ body: '', end: 'whole' });
  });

  test('/endless goes on', async () => {
    const { status, body, end } = await get(at('/endless?every=1'), { enough: 80 });
    expect({ status, end }).toEqual({ status: 200, end: 'cut' });
    expect(body).toMatch(/^chunk 1\nchunk 2\nchunk 3\nchunk 4\n/);
  });

  test('/sse sends events and goes on', async () => {
    const { status, headers, body, end } = await get(at('/sse?every=1'), { enough: 27 });
    expect({ status, end, type: headers['content-type'] }).toEqual({
      status: 200,
      end: 'cut',
      type: 'text/event-stream',
    });
    expect(body).toMatch(/^data: 1\n\ndata: 2\n\ndata: 3\n\n/);
  });

  test('/error fails', async () => {
    expect(await get(at('/error'))).toMatchObject({
      status: 500,
      body: '{"error":"upstream failed"}',
      end: 'whole',
    });
  });

  test('/reset gives no answer', async () => {
    await expect(get(at('/reset'))).rejects.toThrow('socket hang up');
  });

  test('/reset-body sends 10 bytes of 1000 and cuts the connection', async () => {
    const { status, headers, body, end } = await get(at('/reset-body'));
    expect({ status, body, end }).toEqual({ status: 200, body: '0123456789', end: 'cut' });
    expect(headers['content-length']).toBe('1000');
  });

  test('/redirect points elsewhere', async () => {
    expect(await get(at('/redirect?to=/bytes'))).toMatchObject({
      status: 302,
      headers: { location: '/bytes' },
    });
    expect(await get(at('/redirect'))).toMatchObject({ status: 302, headers: { location: '/ok' } });
  });

  test('any other path is not found', async () => {
    expect(await get(at('/nowhere'))).toMatchObject({
      status: 404,
      body: '{"error":"no such path: /nowhere"}',
    });
  });

  test('a parameter that is no whole number is refused', async () => {
    expect(await get(at('/bytes?size=-1'))).toMatchObject({
      status: 400,
      body: '{"error":"expected `size` to be a whole number, got -1"}',
    });
    expect((await get(at('/drip?every=soon'))).status).toBe(400);
    expect((await get(at('/drip?chunks=x'))).status).toBe(400);
  });
});

test('over http the answers keep the connection for 60 s, /close ends it', async () => {
  expect((await getByHttp1(`${upstream.http}/ok`)).headers).toMatchObject({
    connection: 'keep-alive',
    'keep-alive': 'timeout=60',
  });
  const { status, headers, body } = await getByHttp1(`${upstream.http}/close`);
  expect({ status, connection: headers.connection, body }).toEqual({
    status: 200,
    connection: 'close',
    body: '{"ok":true}',
  });
});

test('over http2 /close answers and ends the session', async () => {
  const session = http2.connect(upstream.http2);
  const stream = session.request({ ':path': '/close' });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  stream.resume();
  await once(session, 'close');
  expect(headers[':status']).toBe(200);
});

test('/stall-headers reads the request and never answers', async () => {
  const agent = new http.Agent();
  const request = http.request(`${upstream.http}/stall-headers`, { method: 'POST', agent });
  let answered = false;
  request.on('response', () => (answered = true));
  request.on('error', () => {});
  // more than the kernel's buffers hold, so that sending it proves that it is read
  request.end(Buffer.alloc(20_000_000));
  await once(request, 'finish');
  // the upstream is alive, and two round trips later there is still no answer
  await getByHttp1(`${upstream.http}/ok`);
  await getByHttp1(`${upstream.http}/ok`);
  expect(answered).toBe(false);
  request.destroy();
});

test('/stall-headers over http2 never answers', async () => {
  const session = http2.connect(upstream.http2);
  const stalled = session.request({ ':path': '/stall-headers' });
  let answered = false;
  stalled.on('response', () => (answered = true));
  const fine = session.request({ ':path': '/ok' });
  fine.resume();
  await once(fine, 'end');
  expect(answered).toBe(false);
  session.destroy();
});

test('/ws echoes text and bytes', async () => {
  const client = new WebSocket(`${upstream.http.replace('http', 'ws')}/ws`);
  await once(client, 'open');
  client.send('hello');
  expect((await once(client, 'message')).map(String)).toEqual(['hello', 'false']);
  client.send(Buffer.from([1, 2]));
  expect(await once(client, 'message')).toEqual([Buffer.from([1, 2]), true]);
  client.close(1000);
  expect((await once(client, 'close'))[0]).toBe(1000);
});

test('an upgrade anywhere else is not found', async () => {
  const client = new WebSocket(`${upstream.http.replace('http', 'ws')}/ok`);
  const [error] = (await once(client, 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 404');
});

test('silent accepts and never reads', async () => {
  const socket = await connectTo(upstream.silent);
  socket.on('error', () => {});
  const megabyte = Buffer.alloc(1_000_000);
  for (let written = 0; written < 64; written++) socket.write(megabyte);
  await getByHttp1(`${upstream.http}/ok`);
  // most of it never leaves this process
  expect(socket.writableLength).toBeGreaterThan(40_000_000);
  expect(socket.bytesRead).toBe(0);
  socket.destroy();
});

test('echo gives back everything, and its end after ours', async () => {
  const socket = await connectTo(upstream.echo);
  const sent = 'line\n'.repeat(200_000);
  socket.end(sent);
  let got = '';
  for await (const chunk of socket) got += String(chunk);
  expect(got === sent).toBe(true);
});

test('resets takes the first bytes and resets the connection', async () => {
  const socket = await connectTo(upstream.resets);
  socket.write('hello');
  await expect(once(socket.resume(), 'close')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(socket.bytesRead).toBe(0);
});

test('the paths are those of the contract', async () => {
  const contract = await readFile(new URL('../contract.ts', import.meta.url), 'utf8');
  const paths = [...contract.matchAll(/^ \* - `(\/[\w-]+)/gm)].map(([, path]) => path);
  expect(Object.keys(behaviours).toSorted()).toEqual(paths.toSorted());
});
