/**
 * A helper that limits the wait for headers replaces the caller's signal with its own.
 *
 * **What leaks** One upstream request for each client that leaves during the body: the connection stays open and
 * the body unread.
 *
 * **Why it survives** The helper's time limit ends with the headers, and after that no code holds its
 * controller. The caller still holds a signal and aborts it, but the fetch was never given that one.
 *
 * **How it shows up** Each client that hangs up in mid-stream leaves a connection
 * to the provider, for as long as the provider streams or stays silent.
 *
 * **How to fix** Give the fetch both: `AbortSignal.any` of the caller's signal and the helper's own.
 *
 * **When this is not a leak** When the response is always read to its end and the upstream always ends it.
 */
import { once } from 'node:events';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Helper replaces its caller's signal",
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['tombii/better-ccflare#360'],
  hints: [
    'The client has a signal, and aborts it. Which request receives that?',
    'An object spread keeps the last value of each name.',
    'Pass AbortSignal.any of both signals to the fetch.',
  ],
  node: '>=22',
} satisfies Pattern;

const HEADERS_WITHIN_MS = 10_000;

type Init = RequestInit & { readonly signal: AbortSignal };

/** Fetches with a time limit for the headers alone, not for the body. */
async function fetchHeadersInTime(url: string, init: Init): Promise<Response> {
  const headers = new AbortController();
  const timer = setTimeout(() => headers.abort(new Error('no headers in time')), HEADERS_WITHIN_MS);
  const { signal } = headers;
  try {
    return await fetch(url, { ...init, signal }); // LEAK: request
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
