/** Behaviour of the upstream on each path, the same over HTTP/1.1 and HTTP/2; `Upstream`'s doc lists the paths. */
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable, type Writable } from 'node:stream';

/** Request with the means to answer it, whichever protocol it came by. */
export interface Exchange {
  readonly url: URL;
  readonly request: Readable;
  readonly reply: Writable & { writeHead(status: number, headers: OutgoingHttpHeaders): unknown };
  /** Destroys the whole connection, not only the stream. */
  readonly cut: () => void;
  /** Makes this the connection's last answer; returns the headers that say so. */
  readonly last: () => OutgoingHttpHeaders;
}

export type Behaviour = (exchange: Exchange) => void;

const json = { 'content-type': 'application/json' };
const text = { 'content-type': 'text/plain' };
const events = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const tenBytes = '0123456789';

/** Behaviours by their paths. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  '/ok': (exchange) => sendJson(exchange, 200, { ok: true }),
  '/error': (exchange) => sendJson(exchange, 500, { error: 'upstream failed' }),
  '/close': (exchange) => sendJson(exchange, 200, { ok: true }, exchange.last()),

  '/echo': ({ request, reply }) => {
    reply.writeHead(200, { 'content-type': 'application/octet-stream' });
    request.pipe(reply);
  },

  '/bytes': ({ url, reply }) => {
    const size = wholeNumber(url, 'size', 100_000);
    reply.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
    const source = Readable.from(blocks(size));
    reply.once('close', () => source.destroy());
    source.pipe(reply);
  },

  '/stall-headers': ({ request }) => {
    request.resume();
  },

  '/stall-body': ({ reply }) => {
    reply.writeHead(200, { ...text, 'content-length': 1000 });
    reply.write(tenBytes);
  },

  '/drip': (exchange) => drip(exchange, text, (n) => `chunk ${n}\n`, wholeNumber(exchange.url, 'chunks', 5)),

  '/endless': (exchange) => drip(exchange, text, (n) => `chunk ${n}\n`, Infinity),

  '/sse': (exchange) => drip(exchange, events, (n) => `data: ${n}\n\n`, Infinity),

  '/reset': ({ cut }) => cut(),

  '/reset-body': ({ reply, cut }) => {
    reply.writeHead(200, { ...text, 'content-length': 1000 });
    // only when the bytes are with the kernel: destroying earlier would take them back
    reply.write(tenBytes, 'utf8', () => cut());
  },

  '/redirect': ({ url, reply }) => {
    reply.writeHead(302, { location: url.searchParams.get('to') ?? '/ok', 'content-length': 0 });
    reply.end();
  },
};

/** Answers by {@link behaviours}; 404 for any other path, 400 for an invalid parameter. */
export function behave(exchange: Exchange): void {
  const behaviour = behaviours[exchange.url.pathname];
  if (behaviour === undefined) {
    sendJson(exchange, 404, { error: `no such path: ${exchange.url.pathname}` });
    return;
  }
  try {
    behaviour(exchange);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendJson(exchange, 400, { error: error.message });
  }
}

function sendJson(
  { reply }: Exchange,
  status: number,
  value: Readonly<Record<string, unknown>>,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify(value);
  reply.writeHead(status, { ...json, 'content-length': Buffer.byteLength(body), ...headers });
  reply.end(body);
}

/**
 * Sends a chunk at once and another each interval of at least 1 ms, up to `count`, then the end. A chunk is due
 * only once the client took the last one, so a client that stops reading stops the drip.
 */
function drip(
  { url, reply }: Exchange,
  headers: OutgoingHttpHeaders,
  chunk: (n: number) => string,
  count: number,
): void {
  const every = wholeNumber(url, 'every', 5);
  reply.writeHead(200, headers);
  let timer: NodeJS.Timeout | undefined;
  let gone = false;
  reply.once('close', () => {
    gone = true;
    clearTimeout(timer);
  });
  const send = (n: number): void => {
    if (n > count) {
      reply.end();
      return;
    }
    reply.write(chunk(n), 'utf8', (error) => {
      if (gone || error) return;
      if (n === count) reply.end();
      else timer = setTimeout(send, every, n + 1);
    });
  };
  send(1);
}

function* blocks(size: number): Generator<Buffer> {
  const block = Buffer.alloc(Math.min(size, 65_536), 'x');
  for (let left = size; left > 0; left -= block.length) yield block.subarray(0, left);
}

function wholeNumber(url: URL, name: string, fallback: number): number {
  const given = url.searchParams.get(name);
  if (given === null) return fallback;
  if (!/^\d{1,15}$/.test(given))
    throw new RangeError(`expected \`${name}\` to be a whole number, got ${given}`);
  return Number(given);
}
