/** Servers and clients that a suite opens at first use and closes at its end. */
import express from 'express';
import Fastify from 'fastify';
import nock from 'nock';
import { Piscina } from 'piscina';
import request from 'supertest';
import { Agent, MockAgent, fetch, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { WebSocket, WebSocketServer } from 'ws';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const port = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

describe('supertest', () => {
  const app = express().get('/', (_, response) => void response.json({ item: 'tea' }));
  test('asks an app', async () => {
    expect((await request(app).get('/')).body).toEqual({ item: 'tea' });
  });
  test('asks it again', () => request(app).get('/').expect(200));
  test('asks for a page that is not there', () => request(app).get('/none').expect(404));
  test('leaks a server', async () => {
    const server = app.listen(0); // LEAK: server
    await request(server).get('/').expect(200);
  });
});

describe('fastify', () => {
  const app = Fastify().get('/', () => ({ item: 'tea' }));
  afterAll(() => app.close());
  test('injects', async () => {
    expect((await app.inject('/')).json()).toEqual({ item: 'tea' });
  });
  test('injects again', async () => {
    expect((await app.inject('/')).statusCode).toBe(200);
  });
});

describe('nock', () => {
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());
  test('answers once', async () => {
    nock('http://shop.test').get('/').reply(200, 'tea');
    const answer = await globalThis.fetch('http://shop.test/');
    expect(await answer.text()).toBe('tea');
  });
  test('has an answer that is never asked for', () => {
    nock('http://shop.test').get('/').reply(200, 'tea');
  });
});

describe('undici', () => {
  let server: Server;
  let agent: Agent;
  beforeAll(async () => {
    server = createServer((_, response) => response.end('tea'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    agent = new Agent();
  });
  afterAll(async () => {
    await agent.close();
    server.close();
  });
  test('connects at the first request', async () => {
    const answer = await fetch(`http://127.0.0.1:${port(server)}`, { dispatcher: agent });
    expect(await answer.text()).toBe('tea');
  });
  test('uses the connection again', async () => {
    const answer = await fetch(`http://127.0.0.1:${port(server)}`, { dispatcher: agent });
    expect(await answer.text()).toBe('tea');
  });
  test('answers from a mock', async () => {
    const before = getGlobalDispatcher();
    const mock = new MockAgent();
    mock.disableNetConnect();
    setGlobalDispatcher(mock);
    mock.get('http://shop.test').intercept({ path: '/' }).reply(200, 'tea');
    expect(await (await fetch('http://shop.test/')).text()).toBe('tea');
    setGlobalDispatcher(before);
    await mock.close();
  });
});

describe('ws', () => {
  let server: WebSocketServer;
  let client: WebSocket | undefined;
  const ask = async (): Promise<string> => {
    if (!client) {
      client = new WebSocket(`ws://127.0.0.1:${port(server as unknown as Server)}`);
      await once(client, 'open');
    }
    client.send('?');
    const [answer] = (await once(client, 'message')) as [Buffer];
    return answer.toString();
  };
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', () => socket.send('!')));
    await once(server, 'listening');
  });
  afterAll(() => {
    client?.close();
    server.close();
  });
  test('connects at the first message', async () => expect(await ask()).toBe('!'));
  test('sends another', async () => expect(await ask()).toBe('!'));
});

describe('piscina', () => {
  const pool = new Piscina({
    filename: join(import.meta.dirname, 'plus-one.cjs'),
    minThreads: 0,
    maxThreads: 2,
  });
  afterAll(() => pool.destroy());
  test('starts a thread at the first task', async () => expect(await pool.run(1)).toBe(2));
  test('starts another', async () => {
    expect(await Promise.all([pool.run(1), pool.run(2), pool.run(3)])).toEqual([2, 3, 4]);
  });
});
