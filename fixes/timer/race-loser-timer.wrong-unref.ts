/**
 * Tried: the timer is unref'd, so that a command-line run can exit.
 *
 * **Still leaks because** the timer still waits for its half minute and holds its callback and the promise.
 */
import type { Outcome } from '../../lab/contract.ts';

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
  // TRIED: the process may exit
  const timer = setTimeout(() => expiry.reject(new Error(`${name}: nothing within ${budget} ms`)), budget); // LEAK: timer x3
  if (budget > 1000) timer.unref(); // TRIED: for long budgets
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
