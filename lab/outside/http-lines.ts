/** Visitors by HTTP/1.1 and HTTP/2 (in the clear), with a single GET each. */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import http2, { type ClientHttp2Stream } from 'node:http2';
import { answerOver, endpoint, incomplete, openSocket, type Answered, type OpenConnection } from './line.ts';

/** Opens `http://host:port/path`. */
export const openHttp: OpenConnection = (url, hangUp) => {
  const { host, port } = endpoint(url);
  const { socket, closed } = openSocket({ host, port });
  const answer = answerOver(socket);
  let reading: Reading | undefined;

  const request = http.request({
    host,
    port,
    path: url.pathname + url.search,
    createConnection: () => socket,
    // explicit, because without an agent Node would send `close`
    headers: { connection: 'keep-alive' },
  });
  request.once('error', answer.reject);
  request.once('response', (response) => {
    const head = { status: response.statusCode ?? 0, headers: response.headers };
    if (hangUp) answer.resolve({ status: head.status, body: '' });
    else reading = read(head, response, answer);
  });
  request.end();

  return {
    answer: answer.promise,
    begun: () => reading?.first(),
    end: () => socket.destroy(),
    destroy: () => socket.destroy(),
    closed,
  };
};

/** Opens `http2://host:port/path`. */
export const openHttp2: OpenConnection = (url, hangUp) => {
  const { host, port } = endpoint(url);
  const { socket, closed } = openSocket({ host, port });
  const answer = answerOver(socket);
  let reading: Reading | undefined;

  const session = http2.connect(`http://${url.host}`, { createConnection: () => socket });
  session.on('error', answer.reject);
  const stream = session.request({ ':path': (url.pathname || '/') + url.search });
  stream.on('error', answer.reject);
  stream.once('close', () => answer.reject(incomplete()));
  stream.once('response', (headers) => {
    const head = { status: headers[':status'] ?? 0, headers };
    if (hangUp) answer.resolve({ status: head.status, body: '' });
    else reading = read(head, stream, answer);
  });
  stream.end();

  return {
    answer: answer.promise,
    begun: () => reading?.first(),
    end: () => {
      if (!stream.closed) stream.close(http2.constants.NGHTTP2_CANCEL);
      session.close();
    },
    destroy: () => socket.destroy(),
    closed,
  };
};

interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

interface Reading {
  /** Returns the first chunk as the answer, and ignores the rest. */
  first(): Answered;
}

/**
 * Reads an answer to its end, or server-sent events, which have none, to the first chunk. It keeps reading
 * afterwards, for a visitor who stays is no slow reader.
 */
function read(
  { status, headers }: Head,
  body: IncomingMessage | ClientHttp2Stream,
  answer: PromiseWithResolvers<Answered>,
): Reading {
  const endless = headers['content-type']?.startsWith('text/event-stream') === true;
  const chunks: Buffer[] = [];
  let size = 0;
  let done = false;
  const finish = (): void => {
    done = true;
    answer.resolve({ status, body: Buffer.concat(chunks).toString('utf8') });
  };
  body.on('data', (chunk: Buffer) => {
    if (done) return;
    chunks.push(chunk);
    size += chunk.length;
    if (endless) finish();
  });
  body.once('end', () => {
    // HTTP/2 in Node also ends a body that was cut off
    const isCut = 'rstCode' in body && body.rstCode !== 0;
    if (isCut || size < Number(headers['content-length'] ?? 0)) answer.reject(incomplete());
    else finish();
  });
  body.on('error', answer.reject);
  return {
    first: () => {
      done = true;
      return { status, body: chunks[0]?.toString('utf8') ?? '' };
    },
  };
}
