import { dirname } from 'node:path';
import { fingerprintOf, Sources, type Baseline } from '../../../detector/internal.ts';
import type { Cause, Results } from '../../ci/formats/results.ts';

/** Returns the causes that only the baseline tolerates: they are debt; what a rule tolerates is not. */
export function acceptedIn({ causes, tolerated }: Results, baseline: Baseline | undefined): Cause[] {
  if (!baseline) return [];
  const accepted = new Set(baseline.leaks.map(({ fingerprint }) => fingerprint));
  const sources = new Sources();
  const folder = dirname(baseline.file);
  const known = new Set(causes.map(({ fingerprint }) => fingerprint));
  const found: Cause[] = [];
  for (const { reason: _, ...cause } of tolerated) {
    if (known.has(cause.fingerprint) || !accepted.has(fingerprintOf(cause.finding, folder, sources)))
      continue;
    known.add(cause.fingerprint);
    found.push(cause);
  }
  return found;
}
