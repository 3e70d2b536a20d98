/** Fixed: a promise that rejects is deleted from the cache. */
import type { Outcome } from '../../lab/contract.ts';

class LoadError extends Error {
  /** The answer that came instead of a configuration. */
  readonly body = Buffer.alloc(16_384, 'x').toString();
}

const loading = new Map<string, Promise<string>>();

async function load(tenant: string): Promise<string> {
  if (tenant.startsWith('gone')) throw new LoadError(`no configuration of ${tenant}`);
  return `theme of ${tenant}`;
}

function configurationOf(tenant: string): Promise<string> {
  const known = loading.get(tenant);
  if (known) return known;
  const promise = load(tenant);
  loading.set(tenant, promise);
  promise.catch(() => loading.delete(tenant)); // FIX: the next request tries again
  return promise;
}

let outages = 0;

export async function run(): Promise<Outcome> {
  const theme = await configurationOf('acme');
  const problem = await configurationOf(`gone ${++outages}`).catch((error: Error) => error.name);
  return { theme, problem };
}
