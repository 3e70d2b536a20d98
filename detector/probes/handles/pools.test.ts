import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as undici from 'undici';
import { leftBy, nothing, only, placesIn, withoutClock } from '../../fixtures/left-by.ts';
import { startUpstream, type Upstream } from '../../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => upstream.close());

async function read(agent?: Agent): Promise<void> {
  const request = get(`${upstream.url}/small`, agent ? { agent } : {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(request, 'close');
}

describe('agents of node:http', () => {
  test('an agent with one idle connection', async () => {
    async function report(): Promise<void> {
      const agent = new Agent({ keepAlive: true }); // here: agent
      onTestFinished(() => agent.destroy());
      await read(agent);
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({ kind: 'socket', type: 'Agent', at: at('agent', 'report'), detail: '1 idle connection' }),
    );
  });

  test('an agent with two idle connections', async () => {
    async function report(): Promise<void> {
      const agent = new Agent({ keepAlive: true }); // here: busy agent
      onTestFinished(() => agent.destroy());
      await Promise.all([read(agent), read(agent)]);
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({ kind: 'socket', type: 'Agent', at: at('busy agent', 'report'), detail: '2 idle connections' }),
    );
  });

  test('an agent of a class of the program', async () => {
    class TracingAgent extends Agent {}
    async function report(): Promise<void> {
      const agent = new TracingAgent({ keepAlive: true }); // here: own class
      onTestFinished(() => agent.destroy());
      await read(agent);
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({
        kind: 'socket',
        type: 'TracingAgent',
        at: at('own class', 'report'),
        detail: '1 idle connection',
      }),
    );
  });

  test('silent about an agent that was destroyed, keeps nothing, or was not used', async () => {
    const report = await leftBy(async () => {
      const agent = new Agent({ keepAlive: true });
      await read(agent);
      agent.destroy();
      await read(new Agent());
      return new Agent({ keepAlive: true }).maxSockets;
    });
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('silent about the global agent', async () => {
    expect(withoutClock(await leftBy(async () => read()))).toEqual(nothing);
  });

  test('silent about an agent that is older than the scope', async () => {
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    expect(withoutClock(await leftBy(async () => read(agent)))).toEqual(nothing);
  });

  test('silent about an agent older than the scope whose connection is used again', async () => {
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await read(agent);
    expect(
      await leftBy(async () => {
        await read(agent);
        await read(agent);
      }),
    ).toEqual(nothing);
  });
});

describe('dispatchers of undici', () => {
  test('an agent with an idle connection', async () => {
    async function report(): Promise<void> {
      const agent = new undici.Agent(); // here: undici agent
      onTestFinished(async () => agent.destroy());
      const { body } = await undici.request(`${upstream.url}/small`, { dispatcher: agent });
      await body.text();
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({ kind: 'socket', type: 'Agent', at: at('undici agent', 'report'), detail: '1 idle connection' }),
    );
  });

  test('a pool with an idle connection', async () => {
    async function report(): Promise<void> {
      const pool = new undici.Pool(upstream.url); // here: undici pool
      onTestFinished(async () => pool.destroy());
      const { body } = await pool.request({ path: '/small', method: 'GET' });
      await body.text();
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({ kind: 'socket', type: 'Pool', at: at('undici pool', 'report'), detail: '1 idle connection' }),
    );
  });

  test('a client with an idle connection', async () => {
    async function report(): Promise<void> {
      const client = new undici.Client(upstream.url); // here: undici client
      onTestFinished(async () => client.destroy());
      const { body } = await client.request({ path: '/small', method: 'GET' });
      await body.text();
    }
    expect(withoutClock(await leftBy(report))).toEqual(
      only({
        kind: 'socket',
        type: 'Client',
        at: at('undici client', 'report'),
        detail: '1 idle connection',
      }),
    );
  });

  test('silent about dispatchers that were closed', async () => {
    const report = await leftBy(async () => {
      const agent = new undici.Agent();
      const { body } = await undici.request(`${upstream.url}/small`, { dispatcher: agent });
      await body.text();
      await agent.close();
    });
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('silent about the global dispatcher, and that of fetch', async () => {
    const report = await leftBy(async () => {
      const { body } = await undici.request(`${upstream.url}/small`);
      await body.text();
      await (await fetch(`${upstream.url}/small`)).text();
    });
    expect(withoutClock(report)).toEqual(nothing);
  });
});
