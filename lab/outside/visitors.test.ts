import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from '../contract.ts';
import { closeHosts, deserted, firstSocket, host, schemeHosts, type Host } from './hosts.ts';
import { openLab } from './lab-context.ts';

let lab: Lab;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ lab, close } = await openLab());
});
afterAll(() => close());

const schemes = schemeHosts(() => lab.scratch);

afterEach(closeHosts);

describe.each(schemes)('by $scheme', ({ open, answer, first }) => {
  test('a visitor leaves', async () => {
    const opened = await open();
    const visit = await lab.visit(opened.url);
    expect({ status: visit.status, body: visit.body }).toEqual(answer);
    await deserted(opened);
    await visit.leave();
  });

  test('a visitor stays until asked to leave', async () => {
    const opened = await open();
    const visit = await lab.visit(opened.url, 'stays');
    expect({ status: visit.status, body: visit.body }).toEqual(answer);
    const socket = await firstSocket(opened);
    // another visitor comes and goes: time enough for the first one to vanish, if it would
    await lab.visit(opened.url);
    expect({ destroyed: socket.destroyed, ended: socket.readableEnded }).toEqual({
      destroyed: false,
      ended: false,
    });
    await visit.leave();
    await deserted(opened);
    await visit.leave();
  });

  test('a visitor hangs up', async () => {
    const opened = await open();
    const visit = await lab.visit(opened.url, 'hangs-up');
    expect({ status: visit.status, body: visit.body }).toEqual(first);
    await deserted(opened);
  });

  test('a visitor who stays sees the server close', async () => {
    const opened = await open();
    const visit = await lab.visit(opened.url, 'stays');
    (await firstSocket(opened)).destroy();
    await visit.leave();
    expect(opened.sockets.size).toBe(0);
  });
});

describe('by udp', () => {
  let server: Datagrams;
  let url: string;
  let from: number[];

  beforeAll(async () => {
    server = createSocket('udp4');
    from = [];
    server.on('message', (message, { port }) => {
      from.push(port);
      server.send(`${message.toString()} pong`, port, '127.0.0.1');
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    url = `udp://127.0.0.1:${server.address().port}`;
  });
  afterAll(() => {
    server.close();
  });

  test.each(['leaves', 'hangs-up'] as const)('a visitor %s, and its port is free', async (manner) => {
    const { status, body } = await lab.visit(url, manner);
    expect({ status, body }).toEqual({ status: 0, body: 'ping pong' });
    expect(await isFree(from.at(-1))).toBe(true);
  });

  test('a visitor stays until asked to leave', async () => {
    const visit = await lab.visit(url, 'stays');
    expect(visit.body).toBe('ping pong');
    expect(await isFree(from.at(-1))).toBe(false);
    await visit.leave();
    await visit.leave();
    expect(await isFree(from.at(-1))).toBe(true);
  });

  async function isFree(port = 0): Promise<boolean> {
    const socket = createSocket('udp4');
    const bound = once(socket, 'listening').then(
      () => true,
      () => false,
    );
    socket.bind(port);
    const free = await bound;
    socket.close();
    return free;
  }
});

describe.each(['http', 'http2'] as const)('by %s', (scheme) => {
  const open = schemes.find((one) => one.scheme === scheme)?.open;
  const visit = async (path: string, manner: 'leaves' | 'stays'): Promise<{ body: string; opened: Host }> => {
    const opened = await open?.();
    if (opened === undefined) throw new Error(`no host for ${scheme}`);
    return { body: (await lab.visit(`${scheme}://127.0.0.1:${opened.port}${path}`, manner)).body, opened };
  };

  test('a stream of events has its first event as answer, and goes on', async () => {
    const { body, opened } = await visit('/events', 'stays');
    expect(body).toBe('data: hello\n\n');
    expect((await firstSocket(opened)).writable).toBe(true);
  });

  test('a visitor can leave a stream of events', async () => {
    const { body, opened } = await visit('/events', 'leaves');
    expect(body).toBe('data: hello\n\n');
    await deserted(opened);
  });

  test('a body that is cut off is no answer', async () => {
    await expect(visit('/half', 'leaves')).rejects.toThrow(
      /^visit to http2?:\S+\/half failed: (aborted|the connection closed before the answer was complete)$/,
    );
  });
});

test('a farewell without an answer ends all the same', async () => {
  const opened = await host(createServer({ allowHalfOpen: true }, (socket) => socket.resume()));
  await lab.visit(`tcp://127.0.0.1:${opened.port}`);
  const socket = await firstSocket(opened);
  // the server saw the visitor's end and did nothing: its own end is still open
  expect(socket.readyState).toBe('writeOnly');
});

test('an answer has to come within 5 s; of an answer that goes on, the first chunk counts', async () => {
  const before = performance.now();
  const at = (path: string): string => lab.upstream.http + path;
  const http2At = (path: string): string => lab.upstream.http2.replace('http', 'http2') + path;
  const results = await Promise.allSettled([
    lab.visit(at('/stall-headers')),
    lab.visit(http2At('/stall-headers')),
    lab.visit(`tcp://127.0.0.1:${lab.upstream.silent}`, 'hangs-up'),
    lab.visit(`ws://127.0.0.1:${lab.upstream.silent}`),
    lab.visit(at('/stall-body')),
    lab.visit(at('/endless')),
    lab.visit(http2At('/endless'), 'stays'),
  ]);
  expect(
    results.map((result) => (result.status === 'rejected' ? String(result.reason) : result.value.body)),
  ).toEqual([
    `Error: visit to ${at('/stall-headers')} failed: no answer within 5 s`,
    `Error: visit to ${http2At('/stall-headers')} failed: no answer within 5 s`,
    `Error: visit to tcp://127.0.0.1:${lab.upstream.silent} failed: no answer within 5 s`,
    `Error: visit to ws://127.0.0.1:${lab.upstream.silent} failed: no answer within 5 s`,
    '0123456789',
    'chunk 1\n',
    'chunk 1\n',
  ]);
  expect(performance.now() - before).toBeGreaterThanOrEqual(4_900);
  expect(await lab.upstream.connections()).toBe(1);
});

test('a closed port is reported', async () => {
  const { port } = await host(createServer());
  await closeHosts();
  for (const scheme of ['http', 'http2', 'ws', 'tcp']) {
    await expect(lab.visit(`${scheme}://127.0.0.1:${port}/`)).rejects.toThrow(
      `visit to ${scheme}://127.0.0.1:${port}/ failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  }
  await expect(lab.visit(`udp://127.0.0.1:${port}`)).rejects.toThrow(/failed: \w+ ECONNREFUSED/);
  await expect(lab.visit('unix:///nowhere.sock')).rejects.toThrow(
    'visit to unix:///nowhere.sock failed: connect ENOENT /nowhere.sock',
  );
});

test('a refused upgrade is reported', async () => {
  const url = `${lab.upstream.http.replace('http', 'ws')}/ok`;
  await expect(lab.visit(url)).rejects.toThrow(`visit to ${url} failed: Unexpected server response: 404`);
});

test.each([
  ['nowhere', 'not a URL'],
  ['https://127.0.0.1:1/', 'unknown scheme https: (there are http: http2: ws: tcp: unix: udp:)'],
  ['tcp://127.0.0.1', 'expected a host and a port in tcp://127.0.0.1'],
  ['unix://name.sock', 'expected three slashes before the path in unix://name.sock'],
])('%s is refused', async (url, reason) => {
  await expect(lab.visit(url)).rejects.toThrow(`visit to ${url} failed: ${reason}`);
});
