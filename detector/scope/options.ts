import type { Report } from '../finding.ts';
import type { Policy } from '../rules/policy.ts';
import { problemsOfRule, type IgnoreRule } from '../rules/rule.ts';
import { levels, type Level } from '../origin/level.ts';
import { areProbes, probeNames, type ProbeName } from '../probes/probe.ts';

/** What a scope can be told; all of it may be left out. */
export interface ScopeOptions {
  /** Who is named as the owner in findings; default `scope`. */
  readonly name?: string;
  /** How long what is about to end may take, in ms; default 1000: the sum of the pauses between looks. */
  readonly budget?: number;
  /** What watching may cost; default `light`. */
  readonly level?: Level;
  /** Probes that are switched off, by name: what they alone see is not looked for. Default none. */
  readonly without?: readonly ProbeName[];
  /** What is tolerated, beside the built-in rules. */
  readonly ignore?: readonly IgnoreRule[];
  /** Rules of a file; see `loadPolicy`. */
  readonly policy?: Policy;
  /** Also what other scopes own: for a check of a whole run. Default false. */
  readonly wholeRun?: boolean;
  /** Called and awaited before a check, to clean up; what it ends is no finding. */
  readonly beforeCheck?: () => unknown;
  /** Called and awaited with the report after a check. */
  readonly afterCheck?: (report: Report) => unknown;
}

/** What may still be told when a scope has begun. */
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
 * Refuses options that are unknown, of the wrong type, or contradict each other, when they are given and not
 * when they would be needed.
 *
 * @throws TypeError that names the option, what was expected and what was given
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
