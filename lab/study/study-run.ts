import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../detector/index.ts';
import type { Program } from '../catalogue/program.ts';
import type { Observable } from '../contract.ts';
import { watchProgram } from '../watched/watch-program.ts';
import { measure } from '../oracle/measure.ts';
import { nodeRuntime } from '../oracle/runtime.ts';
import type { ProofFile } from '../oracle/proof-file.ts';
import type { Reading } from '../oracle/reading.ts';
import { openEndpointsFor } from '../outside/desk-for.ts';
import { startOutside } from '../outside/outside.ts';
import type { Pair } from '../catalogue/pairs.ts';
import { relative } from 'node:path';

/** Readings of a leak and its fix; the lists grow during the measurement. */
export interface Readings {
  readonly leak: readonly Reading[];
  readonly fix: readonly Reading[];
}

/** Results of a live run of a pair. */
export interface Studied {
  readonly readings: Readings;
  readonly reports: { readonly leak: Report; readonly fix: Report };
  /** Reasons why a program could not be measured to its end. */
  readonly problems: readonly string[];
}

/**
 * Runs both programs of a pair: measured by the oracle, and watched by the detector.
 *
 * @param onReadings called at each stage with the readings so far
 * @throws if the process outside can't be started
 */
export async function studyRun(pair: Pair, onReadings: (readings: Readings) => void): Promise<Studied> {
  const outside = await startOutside();
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-study-'));
  const leak: Reading[] = [];
  const fix: Reading[] = [];
  const problems: string[] = [];
  const measured = async ({ file, role }: Program, into: Reading[]): Promise<void> => {
    const result = await measure(file, {
      runtime: nodeRuntime(),
      outside,
      limit: 10_000,
      onReading: (reading) => {
        into.push(reading);
        onReadings({ leak, fix });
      },
    });
    if (result.kind === 'error') problems.push(`${role}: ${result.reason}`);
  };
  const watched = async ({ file }: Program): Promise<Report> => {
    const endpoints = await openEndpointsFor(file, outside);
    try {
      const scratch = await mkdtemp(join(folder, 'run-'));
      const job = { file, lab: { addresses: endpoints.addresses, scratch }, patience: 10_000, budget: 1000 };
      // a leak that one run shows needs no further runs
      const repeats = pair.pattern.markers.leaks.every(({ kind }) => kind === 'memory');
      const { report } = await watchProgram({ ...job, repeats }, { output: 'drop', endpoints });
      return report;
    } finally {
      await endpoints.close();
    }
  };
  try {
    // one after the other, so that neither disturbs the counts of the other
    await Promise.all([measured(pair.pattern, leak), measured(pair.fix, fix)]);
    const [ofLeak, ofFix] = await Promise.all([watched(pair.pattern), watched(pair.fix)]);
    return { readings: { leak, fix }, reports: { leak: ofLeak, fix: ofFix }, problems };
  } finally {
    await outside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the values of an observable in readings. */
export function valuesOf(readings: readonly Reading[], observable: Observable): readonly number[] {
  return readings.map(({ values }) => values[observable]);
}

/** Returns the committed curve of a program. */
export function savedValues(
  proofs: readonly ProofFile[],
  { file }: Program,
  observable: Observable,
  root: string,
): readonly number[] {
  const path = relative(root, file);
  const proven = proofs.flatMap(({ programs }) => programs.filter((each) => each.path === path)).at(-1);
  return proven?.curves[observable] ?? [];
}
