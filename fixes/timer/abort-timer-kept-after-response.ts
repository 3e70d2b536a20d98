/** Mended: the timer is cleared when the body has been read or the request has failed, so that it lives no longer than its request. */
import type { Lab, Outcome } from '../../lab/contract.ts';

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  // It is asked once an hour: no connection needs to be kept for that.
  const response = await fetch(url, { signal, headers: { connection: 'close' } });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${url.pathname}: status ${response.status}`);
  return body;
}

/** Creates a client of one service; a request that takes longer than its limit is aborted. */
function createClient(origin: string) {
  return (path: string, limit = 30_000): Promise<unknown> => {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error(`${path}: aborted`));
    const timer = setTimeout(abort, limit); // FIX: end it with the request
    return readJson(new URL(path, origin), controller.signal).finally(() => clearTimeout(timer));
  };
}

const reason = (error: Error) => error.message;

export async function run(lab: Lab): Promise<Outcome> {
  const get = createClient(lab.upstream.http);
  const found = await get('/ok');
  const failed = await get('/error').catch(reason);
  const stalled = await get('/stall-headers', 5).catch(reason);
  return { found: JSON.stringify(found), failed: String(failed), stalled: String(stalled) };
}
