import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { causesOf, type Cause } from './cause.ts';
import { versionOf } from './install-suite.ts';
import type { SuiteRun } from './run-suite.ts';
import type { Suite } from './suite.ts';

/** Run without leaklab, and the next run with it. */
export interface Pair {
  readonly bare: SuiteRun;
  readonly watched: SuiteRun;
}

/** Results of all runs of a suite. */
export interface Observation {
  readonly suite: string;
  readonly version: string;
  /** `process.version`. */
  readonly node: string;
  readonly machine: string;
  /** Tests in the first run without leaklab. */
  readonly tests: number;
  /** Tests and files that the first run with leaklab verified; `told` counts those that leaked. */
  readonly verified: number;
  readonly told: number;
  readonly pairs: readonly {
    /** Seconds. */
    readonly bare: number;
    readonly watched: number;
    readonly bareCode: number | null;
    readonly watchedCode: number | null;
  }[];
  /** Causes of all runs, each as in the first run that shows it. */
  readonly causes: readonly Cause[];
}

/** @param root absolute: the folder of the package */
export function observationOf(suite: Suite, pairs: readonly Pair[], root: string): Observation {
  const reports = pairs[0]?.watched.reports ?? [];
  const causes = new Map<string, Cause>();
  for (const { watched } of pairs)
    for (const cause of causesOf(watched.reports, root))
      if (!causes.has(cause.key)) causes.set(cause.key, cause);
  return {
    suite: suite.name,
    version: versionOf(suite),
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`,
    tests: pairs[0]?.bare.results.length ?? 0,
    verified: reports.length,
    told: reports.filter(({ report }) => report.leaks.length > 0).length,
    pairs: pairs.map(({ bare, watched }) => ({
      bare: Math.round(bare.ms / 100) / 10,
      watched: Math.round(watched.ms / 100) / 10,
      bareCode: bare.code,
      watchedCode: watched.code,
    })),
    causes: [...causes.values()],
  };
}

/** File of all committed observations. */
export const observationsFile = join(projectRoot, 'docs', 'suites.json');

export function readObservations(): readonly Observation[] {
  if (!existsSync(observationsFile)) return [];
  const { suites } = JSON.parse(readFileSync(observationsFile, 'utf8')) as {
    readonly suites: readonly Observation[];
  };
  return suites;
}
