/** Fixed: the check asks with `HEAD`, so its answer is complete with the headers and the connection is free again. */
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Bytes by URL, for the bill. */
const received = new Map<string, number>();

async function meteredFetch(url: string, method = 'GET'): Promise<Response> {
  const answer = await fetch(url, { method });
  const meter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      received.set(url, (received.get(url) ?? 0) + chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(answer.body?.pipeThrough(meter) ?? null, answer);
}

async function isAvailable(url: string): Promise<boolean> {
  const answer = await meteredFetch(url, 'HEAD'); // FIX: only the status is needed
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
