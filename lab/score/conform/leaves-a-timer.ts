import type { Outcome } from '../../contract.ts';

/** What the conformance command shows to an adapter: one timer is left. */
export async function run(): Promise<Outcome> {
  const ticking = setInterval(() => undefined, 60_000); // LEAK: timer
  return { started: ticking.hasRef() };
}
