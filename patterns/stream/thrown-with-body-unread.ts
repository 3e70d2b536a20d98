/**
 * A client throws for every answer that is not JSON, and reads the body only of JSON answers.
 *
 * **What leaks** The connection of each answer that was not JSON.
 *
 * **Why it survives** The body of an answer has to be read or destroyed.
 * The error reports the content type and leaves the body unread.
 *
 * **How it shows up** When a proxy in between answers with its own
 * pages, all connections are soon busy with answers that are never read.
 *
 * **How to fix** Drain the body before throwing.
 *
 * **When this is not a leak** When the body is so small that it
 * arrived with the headers, and the connection is not kept alive.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Error thrown with the body unread',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/undici#1518'],
  hints: [
    'A wrong answer has a body too. What reads it?',
    'Look at the path of the `throw`: what is in scope there?',
    'Call `resume()` on the response before the throw.',
  ],
  node: '>=22',
} satisfies Pattern;

async function load(url: string): Promise<string> {
  const request = get(url, { agent: false }); // LEAK: request
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const type = response.headers['content-type'] ?? 'nothing';
  if (!type.startsWith('application/json')) {
    throw new Error(`${type} in place of JSON`);
  }
  return text(response);
}

export async function run(lab: Lab): Promise<Outcome> {
  const fine = await load(`${lab.upstream.http}/ok`);
  const broken = await load(`${lab.upstream.http}/bytes?size=2000000`).catch((error: Error) => error.message);
  return { fine, broken };
}
