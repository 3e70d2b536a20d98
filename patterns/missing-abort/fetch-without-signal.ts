/**
 * A chat route calls its model provider without a time limit and without the signal of the request it serves.
 *
 * **What leaks** One upstream request for each client that leaves before the provider has answered, with its
 * connection and everything the route holds for it.
 *
 * **Why it survives** The call has neither the client's signal nor a deadline, so only the provider can end it,
 * and this provider accepts the request and stays silent. The host stops waiting, but the fetch is never told.
 *
 * **How it shows up** Memory and open connections rise each time the provider is slow, and stay up after the
 * clients are long gone.
 *
 * **How to fix** Pass the request's own signal down to the fetch. Where the
 * host sends none, pass a deadline such as `AbortSignal.timeout(600_000)`.
 *
 * **When this is not a leak** When the answer is wanted although the client has
 * gone, for example to fill a cache. Such a request still needs a deadline.
 */
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Fetch without a signal or a deadline',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['ChatGPTNextWeb/NextChat#1604', 'ChatGPTNextWeb/NextChat#1598'],
  hints: [
    'A user closes the tab while waiting. What is still going on for that tab?',
    "The host stops waiting when the client leaves. Follow the client's signal and see where it ends.",
    'Give the fetch the signal of the request that the route is serving.',
  ],
  node: '>=22',
} satisfies Pattern;

class CompletionsRoute {
  readonly #provider: string;

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Answers an EventSource of the page, which can only GET. */
  async get(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers = { accept: request.headers.get('accept') ?? 'text/event-stream' };
    const completion = await fetch(this.#provider + pathname + search, { headers }); // LEAK: request
    return new Response(completion.body, { status: completion.status });
  }
}

/** Waits for the route, as its host, only as long as the client is there. */
function serve(route: CompletionsRoute, request: Request): Promise<string> {
  const gone = new Promise<string>((resolve) => {
    request.signal.addEventListener('abort', () => resolve('nobody left to answer'), { once: true });
  });
  const answered = route.get(request).then(
    (response) => response.text(),
    () => 'nobody left to answer',
  );
  return Promise.race([answered, gone]);
}

export async function run(lab: Lab): Promise<Outcome> {
  const route = new CompletionsRoute(lab.upstream.http);
  const patient = await serve(route, new Request('http://chat.local/drip?chunks=3&every=1'));

  const tab = new AbortController();
  const impatient = serve(route, new Request('http://chat.local/stall-headers', { signal: tab.signal }));
  tab.abort();
  return { patient, impatient: await impatient };
}
