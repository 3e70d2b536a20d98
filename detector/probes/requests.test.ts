import { once } from 'node:events';
import { Agent as HttpAgent, get, request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Agent, request } from 'undici';
import { doNothing, leftBy, nothing, only, placesIn, withoutClock } from '../fixtures/left-by.ts';
import { startUpstream, type Upstream } from '../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);

let upstream: Upstream;
// npm's undici uses the dispatcher of Node's undici if there is one already
const dispatcher = new Agent();
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

function stopAfterTest(): AbortSignal {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop.signal;
}

describe('requests that get no answer', () => {
  test('fetch, and not the function that waits for it', async () => {
    async function loadPrices(): Promise<void> {
      await fetch(`${upstream.url}/stall`, { signal: stopAfterTest() }); // here: fetch
    }
    expect(withoutClock(await leftBy(() => void loadPrices().catch(doNothing)))).toEqual(
      only({ kind: 'request', type: 'fetch', at: at('fetch', 'loadPrices') }),
    );
  });

  test('three of fetch, from one line', async () => {
    async function loadPrices(): Promise<void> {
      const signal = stopAfterTest();
      const one = async (): Promise<Response> => fetch(`${upstream.url}/stall`, { signal }); // here: fetches
      await Promise.all([one(), one(), one()]);
    }
    expect(withoutClock(await leftBy(() => void loadPrices().catch(doNothing)))).toEqual(
      only({ kind: 'request', type: 'fetch', count: 3, at: at('fetches', 'one') }),
    );
  });

  test("undici's", async () => {
    async function loadPrices(): Promise<void> {
      await request(`${upstream.url}/stall`, { dispatcher, signal: stopAfterTest() }); // here: undici
    }
    expect(withoutClock(await leftBy(() => void loadPrices().catch(doNothing)))).toEqual(
      only({ kind: 'request', type: 'undici', at: at('undici', 'loadPrices') }),
    );
  });

  test("undici's, sent by the dispatcher of fetch", async () => {
    await (await fetch(`${upstream.url}/small`)).text();
    async function loadPrices(): Promise<void> {
      await request(`${upstream.url}/stall`, { signal: stopAfterTest() }); // here: shared dispatcher
    }
    expect(withoutClock(await leftBy(() => void loadPrices().catch(doNothing)))).toEqual(
      only({ kind: 'request', type: 'undici', at: at('shared dispatcher', 'loadPrices') }),
    );
  });

  test('of node:http, and not its socket', async () => {
    function loadPrices(): void {
      const sent = get(`${upstream.url}/stall`, { signal: stopAfterTest() }); // here: get
      sent.on('error', doNothing);
    }
    expect(withoutClock(await leftBy(loadPrices))).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('get', 'loadPrices') }),
    );
  });

  test('of node:http, and not the function that waits for the response', async () => {
    async function loadPrices(): Promise<void> {
      const sent = get(`${upstream.url}/stall`, { signal: stopAfterTest() }); // here: awaited get
      await once(sent, 'response');
    }
    expect(withoutClock(await leftBy(() => void loadPrices().catch(doNothing)))).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('awaited get', 'loadPrices') }),
    );
  });

  test('of node:http that was never ended', async () => {
    function sendPrices(): void {
      const options = { method: 'POST', signal: stopAfterTest() };
      const sent = httpRequest(`${upstream.url}/stall`, options); // here: upload
      sent.on('error', doNothing);
      sent.write('1.50');
    }
    expect(withoutClock(await leftBy(sendPrices))).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('upload', 'sendPrices') }),
    );
  });
});

describe('requests that never get a socket', () => {
  /** A test double of an agent, which drops every request. */
  class Nobody extends HttpAgent {
    addRequest(): void {}
  }
  const agent = new Nobody();

  test('are garbage unless the program holds them', async () => {
    const held: object[] = [];
    function load(): void {
      get(upstream.url, { agent });
      held.push(get(upstream.url, { agent })); // here: held
    }
    expect(await leftBy(load)).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('held', 'load') }),
    );
    expect(held).toHaveLength(1);
  });

  test('are garbage also where the program listened to them', async () => {
    const report = await leftBy(() => {
      get(upstream.url, { agent }, doNothing).on('error', doNothing).setTimeout(5000);
    });
    expect(report).toEqual(nothing);
  });

  test('are found while an agent queues them', async () => {
    const queue = new HttpAgent({ maxSockets: 1 });
    onTestFinished(() => queue.destroy());
    const signal = stopAfterTest();
    get(`${upstream.url}/stall`, { agent: queue, signal }).on('error', doNothing);
    function load(): void {
      get(`${upstream.url}/stall`, { agent: queue, signal }).on('error', doNothing); // here: queued
    }
    expect(await leftBy(load)).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('queued', 'load') }),
    );
  });
});

describe('responses that are not read to the end', () => {
  test('of fetch', async () => {
    const kept: Response[] = [];
    async function probePrices(): Promise<void> {
      kept.push(await fetch(`${upstream.url}/large`, { signal: stopAfterTest() })); // here: unread fetch
    }
    expect(withoutClock(await leftBy(probePrices))).toEqual(
      only({ kind: 'request', type: 'fetch', at: at('unread fetch', 'probePrices') }),
    );
    expect(kept[0]?.bodyUsed).toBe(false);
  });

  test('of undici', async () => {
    const kept: unknown[] = [];
    async function probePrices(): Promise<void> {
      const { body } = await request(`${upstream.url}/large`, { dispatcher }); // here: unread undici
      onTestFinished(() => {
        body.on('error', doNothing).destroy();
      });
      kept.push(body);
    }
    expect(withoutClock(await leftBy(probePrices))).toEqual(
      only({ kind: 'request', type: 'undici', at: at('unread undici', 'probePrices') }),
    );
    expect(kept).toHaveLength(1);
  });

  test('of node:http', async () => {
    async function probePrices(): Promise<void> {
      const sent = get(`${upstream.url}/small`); // here: unread get
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      onTestFinished(() => {
        response.destroy();
      });
    }
    expect(withoutClock(await leftBy(probePrices))).toEqual(
      only({ kind: 'request', type: 'ClientRequest', at: at('unread get', 'probePrices') }),
    );
  });
});

describe('silent about', () => {
  test('responses that were read', async () => {
    const report = await leftBy(
      async () => {
        await (await fetch(`${upstream.url}/large`)).arrayBuffer();
        const { body } = await request(`${upstream.url}/large`, { dispatcher });
        await body.dump();
        const sent = get(`${upstream.url}/large`);
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        response.resume();
        await once(response, 'end');
        // reading makes more promises than level `light` watches
      },
      { level: 'full' },
    );
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('bodies that were cancelled', async () => {
    const report = await leftBy(
      async () => {
        await (await fetch(`${upstream.url}/large`)).body?.cancel();
        const sent = get(`${upstream.url}/large`);
        const [response] = (await once(sent, 'response')) as [IncomingMessage];
        response.destroy();
      },
      { budget: 4000 },
    );
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('requests that were aborted', async () => {
    const report = await leftBy(
      async () => {
        const stop = new AbortController();
        const { signal } = stop;
        const answers = [
          fetch(`${upstream.url}/stall`, { signal }),
          request(`${upstream.url}/stall`, { signal }),
        ];
        const sent = get(`${upstream.url}/stall`, { signal }).on('error', doNothing);
        await once(sent, 'socket');
        stop.abort();
        await Promise.allSettled(answers);
      },
      { budget: 4000 },
    );
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('requests that were refused', async () => {
    const report = await leftBy(async () => {
      await fetch('http://127.0.0.1:1/').catch(doNothing);
      await once(get('http://127.0.0.1:1/'), 'error');
    });
    expect(withoutClock(report)).toEqual(nothing);
  });

  test('a small unread body that undici has read by itself', async () => {
    const kept: Response[] = [];
    const report = await leftBy(async () => {
      kept.push(await fetch(`${upstream.url}/small`));
    });
    expect(withoutClock(report)).toEqual(nothing);
    expect(kept[0]?.bodyUsed).toBe(false);
  });
});
