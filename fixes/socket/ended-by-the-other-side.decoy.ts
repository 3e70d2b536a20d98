/**
 * A client asks a server that says goodbye, and never closes its socket.
 *
 * **Looks like a leak** No line of the client calls `end()` or `destroy()` after it has sent its question.
 *
 * **Is none because** The server ends the connection after its answer; a socket that has read the end, and does not
 * allow half-open connections, closes itself.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const question = ['GET /close HTTP/1.1', 'host: localhost', 'connection: close', '', ''];
  socket.write(question.join('\r\n'));
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  await once(socket, 'close');
  return answer.split('\r\n', 1).join();
}

export async function run(lab: Lab): Promise<Outcome> {
  return { status: await ask(Number(new URL(lab.upstream.http).port)) };
}
