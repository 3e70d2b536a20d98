/**
 * A price list is fetched with its own keep-alive agent.
 *
 * **Looks like a leak** An agent that keeps connections open is made for three requests, and no line closes its
 * sockets.
 *
 * **Is none because** The agent is destroyed after the three requests, with every socket that it keeps.
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
