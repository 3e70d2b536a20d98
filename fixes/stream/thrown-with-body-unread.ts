/** Fixed: the body is drained before the error is thrown. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function load(url: string): Promise<string> {
  const request = get(url, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const type = response.headers['content-type'] ?? 'nothing';
  if (!type.startsWith('application/json')) {
    response.resume(); // FIX: no other code can
    throw new Error(`${type} in place of JSON`);
  }
  return text(response);
}

export async function run(lab: Lab): Promise<Outcome> {
  const fine = await load(`${lab.upstream.http}/ok`);
  const broken = await load(`${lab.upstream.http}/bytes?size=2000000`).catch((error: Error) => error.message);
  return { fine, broken };
}
