import { ActiveScope, type Scope } from './active-scope.ts';
import { CountingObserver } from './counting-scope.ts';
import { currentOwner } from '../origin/owner.ts';
import { checkOptions, type ScopeOptions } from './options.ts';
import { WatchingObserver } from './watching-scope.ts';

/**
 * Begins a scope: the probes watch what the program makes until the scope is disposed of.
 *
 * A scope that begins inside the work of another scope belongs to it: both report its leaks, under the inner name.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 * @example
 * ```ts
 * import { formatReport, snapshot } from 'leaklab';
 *
 * const scope = snapshot({ budget: 100 });
 * const timer = scope.run(() => setInterval(() => {}, 1000));
 * console.log(formatReport(await scope.find()));
 * clearInterval(timer);
 * scope.dispose();
 * ```
 */
export function snapshot(options: ScopeOptions = {}): Scope {
  return openScope(options);
}

/** Begins a scope as {@link snapshot} does, with the steps that only leaklab's runners and measurements take. */
export function openScope(options: ScopeOptions = {}): ActiveScope {
  checkOptions(options);
  const parent = currentOwner();
  const owner = { name: options.name ?? 'scope', ...(parent && { parent }) };
  const isCounting = options.level === 'counts';
  const observer = isCounting ? new CountingObserver(owner) : new WatchingObserver(owner, options);
  return new ActiveScope(owner, observer, options);
}
