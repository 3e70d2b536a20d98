/**
 * A site analyser gives each detector half a minute, and the timers run on when the detectors answer at once.
 *
 * **What leaks** The `setTimeout` behind the losing promise of each `Promise.race`.
 *
 * **Why it survives** A race settles with its winner and does nothing to the losers; the timer was not kept, so no code can clear it. The list of active timers holds it for the whole budget, together with all that its callback closes over.
 *
 * **How it shows up** A command-line run prints its result after a second and exits half a minute later. A busy crawler holds as many dead timers as it starts detectors per half minute, and its heap grows with the load.
 *
 * **How to fix** Keep the timer and clear it when the race is over, whichever side won.
 *
 * **When this is not a leak** When the timeout itself wins, its timer is over. A budget of a few milliseconds hardly matters either; `AbortSignal.timeout()` does not keep the process alive, though it waits as long.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timeout timer kept after a race',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: [
    'wappalyzer/wappalyzer#3345',
    'building5/promise-timeout#1',
    'airbnb/hypernova#109',
    'hyperlane-xyz/hyperlane-monorepo#2084',
    'Azure/AppConfiguration-JavaScriptProvider#144',
  ],
  hints: [
    'What becomes of the promise that lost?',
    'A promise that lost a race can be forgotten; the timer that would reject it cannot.',
    'Keep what setTimeout returns and clear it in a finally on the race.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly markup: string;
}

interface Detector {
  readonly name: string;
  readonly budget: number;
  readonly detect: (page: Page) => Promise<string>;
}

const detectors: readonly Detector[] = [
  { name: 'server', budget: 30_000, detect: async ({ headers }) => headers['server'] ?? 'unknown' },
  { name: 'runtime', budget: 30_000, detect: async ({ headers }) => headers['x-powered-by'] ?? 'unknown' },
  {
    name: 'generator',
    budget: 30_000,
    detect: async ({ markup }) => /generator" content="([^"]+)/.exec(markup)?.[1] ?? 'unknown',
  },
  // The page loads this script from a host that accepts connections and never answers.
  { name: 'analytics', budget: 5, detect: () => new Promise(() => {}) },
];

/** Settles like the work, or rejects when the budget is used up. */
function within<T>(budget: number, name: string, work: Promise<T>): Promise<T> {
  const expiry = Promise.withResolvers<never>();
  setTimeout(() => expiry.reject(new Error(`${name}: nothing within ${budget} ms`)), budget); // LEAK: timer x3
  return Promise.race([work, expiry.promise]);
}

async function analyse(page: Page): Promise<Record<string, string>> {
  const technologies: Record<string, string> = {};
  for (const { name, budget, detect } of detectors) {
    technologies[name] = await within(budget, name, detect(page)).catch((error: Error) => error.message);
  }
  return technologies;
}

export async function run(): Promise<Outcome> {
  return analyse({
    headers: { server: 'nginx', 'x-powered-by': 'Express' },
    markup: '<meta name="generator" content="Eleventy 3" />',
  });
}
