import type { Outcome } from '../../contract.ts';

/** Leaks a timer, for the conformance command. */
export async function run(): Promise<Outcome> {
  const ticking = setInterval(() => undefined, 60_000); // LEAK: timer
  return { started: ticking.hasRef() };
}
