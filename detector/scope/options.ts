import type { Report } from '../finding.ts';
import type { Policy } from '../rules/policy.ts';
import { problemsOfRule, type IgnoreRule } from '../rules/rule.ts';
import { levels, type Level } from '../origin/level.ts';
import { areProbes, probeNames, type ProbeName } from '../probes/probe.ts';

/**
 * The options of a scope; each has a default.
 *
 * @example
 * ```ts
 * import { snapshot, type ScopeOptions } from 'leaklab';
 *
 * const options: ScopeOptions = { name: 'import of orders', budget: 200, without: ['orphans'] };
 * const scope = snapshot(options);
 * await scope.verifyNone();
 * scope.dispose();
 * console.log('nothing leaked');
 * ```
 */
export interface ScopeOptions {
  /** The name of the scope, which findings give as their owner; default `scope`. */
  readonly name?: string;
  /** The longest wait of a check for resources that are about to end, in ms from 0 up; default 1000. */
  readonly budget?: number;
  /** The cost of watching; default `light`. */
  readonly level?: Level;
  /** The probes that are switched off: leaks that only they see are not reported. Default none. */
  readonly without?: readonly ProbeName[];
  /** Rules for leaks that are tolerated, beside the built-in ones; default none. */
  readonly ignore?: readonly IgnoreRule[];
  /** Rules of a policy file, which `loadPolicy` reads; default none. */
  readonly policy?: Policy;
  /** Reports leaks of other scopes too, for a check of a whole run; default false. */
  readonly wholeRun?: boolean;
  /** Cleans up before each check, and is awaited; what it closes is no leak. */
  readonly beforeCheck?: () => unknown;
  /** Receives the report after each check, and is awaited. */
  readonly afterCheck?: (report: Report) => unknown;
}

/** The options that may change after a scope has begun. */
export type CheckOptions = Pick<
  ScopeOptions,
  'budget' | 'level' | 'without' | 'ignore' | 'policy' | 'beforeCheck' | 'afterCheck'
>;

const types: Readonly<Record<keyof ScopeOptions, string>> = {
  name: 'a string',
  budget: 'a number of ms from 0 up',
  level: `one of ${levels.join(', ')}`,
  without: `a list of probes, of ${probeNames.join(', ')}`,
  ignore: 'a list of rules',
  policy: 'a policy, as loadPolicy gives it',
  wholeRun: 'true or false',
  beforeCheck: 'a function',
  afterCheck: 'a function',
};

const checks: Readonly<Record<keyof ScopeOptions, (value: unknown) => boolean>> = {
  name: (value) => typeof value === 'string' && value !== '',
  budget: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  level: (value) => levels.some((level) => level === value),
  without: areProbes,
  ignore: (value) => Array.isArray(value),
  policy: (value) => typeof value === 'object' && value !== null && 'rules' in value,
  wholeRun: (value) => typeof value === 'boolean',
  beforeCheck: (value) => typeof value === 'function',
  afterCheck: (value) => typeof value === 'function',
};

/**
 * Refuses options that are unknown, of the wrong type, or contradict each other, as soon as they are given.
 *
 * @throws TypeError that names the option, the expected value and the given one
 */
export function checkOptions(options: ScopeOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name)) {
      throw new TypeError(`no option \`${name}\`; there are ${Object.keys(types).join(', ')}`);
    }
    if (name === 'level' && String(value) === 'heap') {
      throw new TypeError(
        "level 'heap' runs the work again and again: give the work to find() or verifyNone()",
      );
    }
    if (value !== undefined && !checks[name](value)) {
      throw new TypeError(`expected \`${name}\` to be ${types[name]}, got ${shown(value)}`);
    }
  }
  const rules = [...(options.ignore ?? []), ...(options.policy?.rules ?? [])];
  for (const rule of rules) {
    const [problem] = problemsOfRule(rule);
    if (problem) throw new TypeError(`${problem.message}, in the rule ${shownRule(rule)}`);
  }
  if (options.level !== 'counts') return;
  const [probe] = options.without ?? [];
  if (probe !== undefined) {
    throw new TypeError(
      `level 'counts' has no probes, so '${probe}' can't be switched off: ask for level 'light'`,
    );
  }
  const [byStack] = rules;
  if (byStack) {
    throw new TypeError(
      `level 'counts' knows no rules, so ${shownRule(byStack)} can't hold: ask for level 'light'`,
    );
  }
}

function shownRule(rule: unknown): string {
  return JSON.stringify(rule);
}

function isOption(name: string): name is keyof ScopeOptions {
  return Object.hasOwn(types, name);
}

function shown(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
}
