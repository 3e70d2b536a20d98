/** Fixed: the timer is cleared when the body has been read or the request has failed, so it never outlives its request. */
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const arrival = Promise.withResolvers<IncomingMessage>();
  // The service is asked once an hour, so no connection is kept open for it.
  get(url, { signal, agent: false }, arrival.resolve).on('error', arrival.reject);
  const response = await arrival.promise;
  const body = await json(response);
  if (response.statusCode !== 200) throw new Error(`${url.pathname}: status ${response.statusCode}`);
  return body;
}

/** Creates a client of one service; a request that takes longer than its limit is aborted. */
function createClient(origin: string) {
  return (path: string, limit = 30_000): Promise<unknown> => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), limit); // FIX: end it with the request
    return readJson(new URL(path, origin), controller.signal).finally(() => clearTimeout(timer));
  };
}

const messageOf = (error: Error) => error.message;

export async function run(lab: Lab): Promise<Outcome> {
  const ask = createClient(lab.upstream.http);
  const found = JSON.stringify(await ask('/ok'));
  const failed = String(await ask('/error').catch(messageOf));
  const stalled = String(await ask('/stall-headers', 5).catch(messageOf));
  return { found, failed, stalled };
}
