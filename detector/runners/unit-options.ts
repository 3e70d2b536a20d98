import { checkOptions, type ScopeOptions } from '../scope-options.ts';
import type { Settings } from './settings.ts';

/** What can be told beside the tests: for those of a file, or for one test. */
export interface VerificationOptions extends Pick<
  ScopeOptions,
  'level' | 'without' | 'budget' | 'ignore' | 'policy' | 'beforeCheck' | 'afterCheck'
> {
  /** What is verified in this file: each test, or the file as a whole. */
  readonly per?: 'test' | 'file';
  /** Whether a test of which too little is known is run again at level `full`, where the runner can. */
  readonly rerun?: boolean;
}

/** What a scope is told; `per` and `rerun` are the runner's business. */
export function scopeOptionsOf({ per: _per, rerun: _rerun, ...options }: VerificationOptions): ScopeOptions {
  return options;
}

/** Refuses what is wrong when it is given. */
export function checkVerificationOptions(options: VerificationOptions): void {
  const { per, rerun }: Partial<Record<keyof VerificationOptions, unknown>> = options;
  if (per !== undefined && per !== 'test' && per !== 'file') {
    throw new TypeError(
      `expected \`per\` to be test or file, got ${JSON.stringify(per)}; set a whole run in leaklab.json`,
    );
  }
  if (rerun !== undefined && typeof rerun !== 'boolean') {
    throw new TypeError(`expected \`rerun\` to be true or false, got ${JSON.stringify(rerun)}`);
  }
  checkOptions(scopeOptionsOf(options));
}

/** The options of a file or test, with what it takes over: lists of rules add up, of all else the nearest holds. */
export function merged(outer: VerificationOptions, inner: VerificationOptions): VerificationOptions {
  const ignore = [...(outer.ignore ?? []), ...(inner.ignore ?? [])];
  return { ...outer, ...inner, ...(ignore.length > 0 && { ignore }) };
}

/** The same, of a settings file. */
export function optionsOf({ per, level, without, budget, rerun }: Settings): VerificationOptions {
  return {
    ...(per !== 'run' && { per }),
    level,
    ...(without.length > 0 && { without }),
    rerun,
    ...(budget !== undefined && { budget }),
  };
}
