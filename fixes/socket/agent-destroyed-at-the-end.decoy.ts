/**
 * A price list is fetched with a keep-alive agent of its own.
 *
 * **Looks like a leak** An agent that keeps connections open is made for three requests, and its sockets are named
 * nowhere.
 *
 * **Is none because** The agent is destroyed when the list is there, with all sockets that it keeps.
 */
import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

export async function run(lab: Lab): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const answers: string[] = [];
  for (let page = 1; page <= 3; page++) {
    const request = get(`${lab.upstream.http}/ok?page=${page}`, { agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    answers.push(await text(response));
  }
  agent.destroy();
  return { answers };
}
