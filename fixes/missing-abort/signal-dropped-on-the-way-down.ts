/** Fixed: the fetch listens to its caller as well as to the time limit, so it ends when either aborts. */
import { once } from 'node:events';
import type { Lab, Outcome } from '../../lab/contract.ts';

const HEADERS_WITHIN_MS = 10_000;

type Init = RequestInit & { readonly signal: AbortSignal };

/** Fetches with a time limit for the headers alone, not for the body. */
async function fetchHeadersInTime(url: string, init: Init): Promise<Response> {
  const headers = new AbortController();
  const timer = setTimeout(() => headers.abort(new Error('no headers in time')), HEADERS_WITHIN_MS);
  const signal = AbortSignal.any([init.signal, headers.signal]); // FIX: the caller's signal too
  try {
    return await fetch(url, { ...init, signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Forwards the answer as it comes, until it ends or the client leaves. */
async function relay(url: string, client: AbortSignal, write: (text: string) => void): Promise<void> {
  const { body } = await fetchHeadersInTime(url, { signal: client });
  if (!body) return;
  const decoder = new TextDecoder();
  for await (const chunk of body) write(decoder.decode(chunk, { stream: true }));
}

export async function run(lab: Lab): Promise<Outcome> {
  let story = '';
  await relay(`${lab.upstream.http}/drip?chunks=4&every=1`, new AbortController().signal, (text) => {
    story += text;
  });

  const tab = new AbortController();
  const left = once(tab.signal, 'abort');
  let bytes = 0;
  const cutShort = relay(`${lab.upstream.http}/stall-body`, tab.signal, (text) => {
    bytes += text.length;
    tab.abort();
  });
  await Promise.race([cutShort.catch(() => left), left]);
  return { story, bytes };
}
