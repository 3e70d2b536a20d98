import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { UsageError } from '../../lab/shared/usage-error.ts';
import type { Costs, RunnerCost } from './cost.ts';
import type { Answer } from './judge.ts';
import type { Aspect } from './suites.ts';

/** Results on one Node line: by the row's name, an answer for each aspect. */
export interface LineStanding {
  /** `24.21.0`. */
  readonly node: string;
  readonly runners: Readonly<Record<string, Readonly<Record<Aspect, Answer>>>>;
}

/** Data of `docs/runners.json`, from which `docs/runners.md` is made. */
export interface Standing {
  readonly version: 1;
  /** The packages of the runners, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** By Node line. */
  readonly lines: Readonly<Record<string, LineStanding>>;
  readonly cost?: Costs;
}

/** File of the committed data. */
export const standingFile = join(projectRoot, 'docs/runners.json');

/** @throws UsageError if there is none, or it can't be read */
export function readStanding(): Standing | undefined {
  if (!existsSync(standingFile)) return undefined;
  try {
    return JSON.parse(readFileSync(standingFile, 'utf8')) as Standing;
  } catch (error) {
    throw new UsageError(`docs/runners.json can't be read: ${String(error)}`, '--node all --save writes it');
  }
}

/** Returns the committed costs, updated with those just measured on this machine. */
export function withCosts({ cost }: Standing, measured: readonly RunnerCost[]): Costs {
  const here = {
    node: process.version.slice(1),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  };
  // costs of another machine or Node don't belong in the same table
  const isSame = cost?.node === here.node && cost.machine === here.machine;
  const kept = isSame ? cost.runners : [];
  const rest = measured.filter(({ name }) => kept.every((each) => each.name !== name));
  const changed = kept.map((each) => measured.find(({ name }) => name === each.name) ?? each);
  return { ...here, runners: [...changed, ...rest] };
}
