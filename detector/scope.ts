import { CountingScope } from './counting-scope.ts';
import type { Scope } from './active-scope.ts';
import { checkOptions, type ScopeOptions } from './scope-options.ts';
import { WatchingScope } from './watching-scope.ts';

/**
 * Begins a scope: from now on the probes are at work, until the scope is disposed of.
 *
 * A scope that is begun in the context of another one belongs to it: what it leaves, the outer one reports as
 * well, under the inner one's name.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function snapshot(options: ScopeOptions = {}): Scope {
  checkOptions(options);
  return options.level === 'counts' ? new CountingScope(options) : new WatchingScope(options);
}
