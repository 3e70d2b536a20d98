/** Plain clients for the tests of this folder; they return everything that came of a request. */
import { once } from 'node:events';
import http, { type IncomingHttpHeaders } from 'node:http';
import http2 from 'node:http2';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `whole` if the body came to its regular end, `cut` if the connection ended first. */
  readonly end: 'whole' | 'cut';
}

export interface Request {
  readonly method?: string;
  readonly body?: string;
  /** Bytes of the body after which the client hangs up. */
  readonly enough?: number;
}

export type Get = (url: string, request?: Request) => Promise<Got>;

/** Sends one request by HTTP/1.1 on a new connection. Rejects if no answer begins. */
export const getByHttp1: Get = (url, { method = 'GET', body, enough } = {}) =>
  new Promise((resolve, reject) => {
    const agent = new http.Agent({ keepAlive: true });
    const request = http.request(url, { method, agent }, (response) => {
      void drain(response, enough).then((read) => {
        agent.destroy();
        const end = response.complete ? 'whole' : 'cut';
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read, end });
      });
    });
    request.on('error', reject);
    request.end(body);
  });

/** Sends one request by HTTP/2 in the clear, in a new session. Rejects if no answer begins. */
export const getByHttp2: Get = (url, { method = 'GET', body, enough } = {}) =>
  new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(url);
    const session = http2.connect(origin);
    // once there is an answer, its missing part says enough
    session.on('error', reject);
    const stream = session.request({ ':method': method, ':path': pathname + search });
    stream.on('error', reject);
    const unanswered = (): void => reject(new Error('socket hang up'));
    stream.once('close', unanswered);
    stream.once('response', (headers) => {
      stream.off('close', unanswered);
      for (const emitter of [session, stream]) emitter.off('error', reject).on('error', () => {});
      void drain(stream, enough).then((read) => {
        const end = stream.rstCode === 0 && !session.destroyed ? 'whole' : 'cut';
        session.destroy();
        resolve({ status: headers[':status'] ?? 0, headers, body: read, end });
      });
    });
    stream.end(body);
  });

async function drain(body: Readable, enough = Infinity): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= enough) break;
    }
  } catch {
    // cut off: the caller sees what is missing
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Opens a TCP connection and waits until it is established. */
export async function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
