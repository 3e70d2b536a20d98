/**
 * A monitor fetches a download to see whether it exists, checks the status and never reads the body.
 *
 * **What leaks** A request that never finishes, one for each check: its body stays
 * unread, so its connection is neither free for the next request nor closed.
 *
 * **Why it survives** Backpressure stops the connection after the first chunks, and the pool holds it
 * while the answer is incomplete. An answer straight from `fetch` is cancelled when the collector
 * finds it; this one is locked by the meter that counts its bytes, and a locked body is not cancelled.
 *
 * **How it shows up** Connections to the checked hosts grow by one per check, with some buffered bytes each. With a
 * limit on connections the checks begin to hang instead.
 *
 * **How to fix** Ask with `HEAD`, to which the answer has no body. Where it must be
 * `GET`, cancel the unwanted body (`await answer.body?.cancel()`) or read it to its end.
 *
 * **When this is not a leak** When the body is small: undici reads it whole into the stream's queue, and the
 * connection is free again.
 */
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Only the status used, body never read',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['vercel/next.js#43493', 'cerbos/cerbos-sdk-javascript#956'],
  hints: [
    'Two callers use meteredFetch; what does each of them do with the answer?',
    'A status arrives long before the last byte, and the connection is busy until that byte is read.',
    'Let isAvailable ask with HEAD, or cancel the body once the status is known.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Bytes by URL, for the bill. */
const received = new Map<string, number>();

async function meteredFetch(url: string, method = 'GET'): Promise<Response> {
  const answer = await fetch(url, { method }); // LEAK: request
  const meter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      received.set(url, (received.get(url) ?? 0) + chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(answer.body?.pipeThrough(meter) ?? null, answer);
}

async function isAvailable(url: string): Promise<boolean> {
  const answer = await meteredFetch(url);
  return answer.ok;
}

export async function run(lab: Lab): Promise<Outcome> {
  const manual = `${lab.upstream.http}/bytes?size=2000`;
  const image = `${lab.upstream.http}/bytes?size=2000000`;
  received.clear();

  const text = await (await meteredFetch(manual)).text();
  const available = await isAvailable(image);

  return { available, manualLength: text.length, billed: received.get(manual) ?? 0 };
}
