import { checkOptions, type ScopeOptions } from '../../scope/options.ts';
import { isVerdictTime, type Settings, type VerdictTime } from './settings.ts';

/** The options of `configure()`, for the tests of a file or for one test. */
export interface VerificationOptions extends Pick<
  ScopeOptions,
  'level' | 'without' | 'budget' | 'ignore' | 'policy' | 'beforeCheck' | 'afterCheck'
> {
  /** The unit that is verified in this file: each test, or the file as a whole. */
  readonly per?: 'test' | 'file';
  /** When a test that left something is judged: when its file ends, after its clean-up, or at its own end. */
  readonly verdict?: VerdictTime;
  /** Runs a test again at level `full` if it can't be judged, where the runner can. */
  readonly rerun?: boolean;
}

/** Returns the options of a scope: all but `per`, `verdict` and `rerun`, which the runner handles. */
export function scopeOptionsOf(options: VerificationOptions): ScopeOptions {
  const { per: _per, verdict: _verdict, rerun: _rerun, ...ofScope } = options;
  return ofScope;
}

/**
 * Checks options.
 *
 * @throws TypeError if one is unknown, of the wrong type, or contradicts another
 */
export function checkVerificationOptions(options: VerificationOptions): void {
  const { per, verdict, rerun }: Partial<Record<keyof VerificationOptions, unknown>> = options;
  if (per !== undefined && per !== 'test' && per !== 'file') {
    throw new TypeError(
      `expected \`per\` to be test or file, got ${JSON.stringify(per)}; set a whole run in leaklab.json`,
    );
  }
  if (verdict !== undefined && !isVerdictTime(verdict)) {
    throw new TypeError(`expected \`verdict\` to be file or test, got ${JSON.stringify(verdict)}`);
  }
  if (rerun !== undefined && typeof rerun !== 'boolean') {
    throw new TypeError(`expected \`rerun\` to be true or false, got ${JSON.stringify(rerun)}`);
  }
  checkOptions(scopeOptionsOf(options));
}

/** Merges options: lists of rules are joined, and of all else the inner ones hold. */
export function merged(outer: VerificationOptions, inner: VerificationOptions): VerificationOptions {
  const ignore = [...(outer.ignore ?? []), ...(inner.ignore ?? [])];
  return { ...outer, ...inner, ...(ignore.length > 0 && { ignore }) };
}

/** Returns the options in a settings file. */
export function optionsOf({ per, verdict, level, without, budget, rerun }: Settings): VerificationOptions {
  return {
    ...(per !== 'run' && { per }),
    verdict,
    level,
    ...(without.length > 0 && { without }),
    rerun,
    ...(budget !== undefined && { budget }),
  };
}
