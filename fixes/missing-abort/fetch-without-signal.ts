/** Fixed: the fetch carries the signal of the request it serves, so it ends when that client leaves. */
import type { Lab, Outcome } from '../../lab/contract.ts';

class CompletionsRoute {
  readonly #provider: string;

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** Answers an EventSource of the page, which can only GET. */
  async get(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers = { accept: request.headers.get('accept') ?? 'text/event-stream' };
    const completion = await fetch(this.#provider + pathname + search, { headers, signal: request.signal }); // FIX: ends with its client
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
