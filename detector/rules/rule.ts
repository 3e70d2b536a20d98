import { kinds, type Kind } from '../kinds.ts';
import { isRecord } from './record.ts';

/** The values of a rule's `scope`: the author of the innermost frame that isn't Node's. */
export const ruleScopes = ['standard library', 'third party', 'own code'] as const;
/**
 * The author of the code that a rule tolerates.
 *
 * - `standard library`: no frame but Node's
 * - `third party`: the innermost frame that isn't Node's belongs to a package
 * - `own code`: the innermost frame that isn't Node's is yours
 *
 * @example
 * ```ts
 * import { find, type RuleScope } from 'leaklab';
 *
 * const scope: RuleScope = 'third party';
 * const ignore = [{ kind: 'socket', scope, reason: 'packages keep their connections' }] as const;
 * console.log((await find(() => {}, { ignore })).unusedRules.length); // 1
 * ```
 */
export type RuleScope = (typeof ruleScopes)[number];

/**
 * The values of a fact that a rule tolerates: one value, one of several, or a number within bounds (both included).
 *
 * @example
 * ```ts
 * import { find, type ArgumentRule } from 'leaklab';
 *
 * const ms: ArgumentRule = { max: 1000 };
 * let timer: NodeJS.Timeout | undefined;
 * const report = await find(() => void (timer = setInterval(() => {}, 500)), {
 *   ignore: [{ kind: 'timer', args: { ms }, reason: 'the clock of the queue' }],
 * });
 * clearInterval(timer);
 * console.log(report.leaks.length, report.ignored.length); // 0 1
 * ```
 */
export type ArgumentRule = Fact | readonly Fact[] | { readonly min?: number; readonly max?: number };
/** The value of a fact. */
export type Fact = string | number | boolean;

/**
 * A rule for leaks that are tolerated: each part that is given must fit, and one beside `reason` must narrow it.
 *
 * @example
 * ```ts
 * import { find, type IgnoreRule } from 'leaklab';
 *
 * const rule: IgnoreRule = {
 *   kind: 'timer',
 *   topFrame: 'startPolling',
 *   reason: 'the poller lives as long as the process',
 *   expires: '2999-12-31',
 * };
 * let timer: NodeJS.Timeout | undefined;
 * function startPolling(): void {
 *   timer = setInterval(() => {}, 1000);
 * }
 * const report = await find(startPolling, { ignore: [rule] });
 * clearInterval(timer);
 * console.log(report.leaks.length, report.ignored.length); // 0 1
 * ```
 */
export interface IgnoreRule {
  /** The kind of the finding. */
  readonly kind?: Kind;
  /** The name that the engine or the platform uses: `Timeout`, `TCPSERVERWRAP`. */
  readonly type?: string;
  /** A part of the path or function of the innermost frame that is not Node's. */
  readonly topFrame?: string;
  /** A part of the path or function of any frame. */
  readonly anyFrame?: string;
  /** A part of the path or function of the outermost frame that is not Node's, where the story began. */
  readonly createdBy?: string;
  /** The name of the package whose code made the resource. */
  readonly package?: string;
  /** The author of the code that made the resource. */
  readonly scope?: RuleScope;
  /** The tolerated values of facts, such as a timer's `ms`; their names are those of {@link Facts}. */
  readonly args?: Readonly<Record<string, ArgumentRule>>;
  /** The reason why such leaks are tolerated; reports print it. */
  readonly reason: string;
  /** The person or team that answers for the rule. */
  readonly owner?: string;
  /** The last day on which the rule holds, `YYYY-MM-DD`, in UTC. */
  readonly expires?: string;
}

/** A mistake in a rule, and the path of the part that has it. */
export interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const parts: Readonly<Record<keyof IgnoreRule, (value: unknown) => string | undefined>> = {
  kind: (value) => oneOf(kinds, value),
  type: text,
  topFrame: text,
  anyFrame: text,
  createdBy: text,
  package: text,
  scope: (value) => oneOf(ruleScopes, value),
  args: () => undefined,
  reason: text,
  owner: text,
  expires: (value) => (isDate(value) ? undefined : `expected a date as YYYY-MM-DD, got ${shown(value)}`),
};
const narrowing = ['kind', 'type', 'topFrame', 'anyFrame', 'createdBy', 'package', 'scope', 'args'] as const;
const ofFrames = ['topFrame', 'anyFrame', 'createdBy', 'package'] as const;

/** Returns all mistakes of a rule; none if the value is a valid rule. */
export function problemsOfRule(rule: unknown): RuleProblem[] {
  if (!isRecord(rule)) return [{ path: [], message: `expected a rule, got ${shown(rule)}` }];
  const problems = Object.entries(rule).flatMap(([name, value]): RuleProblem[] => {
    if (!isPart(name))
      return [{ path: [name], message: `no part ${shown(name)}; ${nearest(name, Object.keys(parts))}` }];
    if (name === 'args') return problemsOfArgs(value);
    const message = parts[name](value);
    return message === undefined ? [] : [{ path: [name], message }];
  });
  if (rule['reason'] === undefined) problems.push({ path: [], message: 'a rule needs a reason' });
  if (narrowing.every((name) => rule[name] === undefined)) {
    problems.push({
      path: [],
      message: `this rule would tolerate everything; narrow it by ${narrowing.join(', ')}`,
    });
  }
  const ofFrame = ofFrames.find((name) => rule[name] !== undefined);
  if (rule['scope'] === 'standard library' && ofFrame) {
    problems.push({
      path: [ofFrame],
      message: `\`scope: standard library\` and \`${ofFrame}\` contradict each other: code of the standard library has no frame of a program or a package`,
    });
  }
  if (rule['scope'] === 'own code' && rule['package'] !== undefined) {
    problems.push({
      path: ['package'],
      message: '`scope: own code` and `package` contradict each other: a package is third party',
    });
  }
  return problems;
}

function problemsOfArgs(args: unknown): RuleProblem[] {
  if (!isRecord(args) || Object.keys(args).length === 0) {
    return [{ path: ['args'], message: `expected facts of the call with their values, got ${shown(args)}` }];
  }
  return Object.entries(args).flatMap(([name, value]) =>
    isArgumentRule(value)
      ? []
      : [
          {
            path: ['args', name],
            message: `expected a value, a list of values, or { min, max }, got ${shown(value)}`,
          },
        ],
  );
}

function isArgumentRule(value: unknown): value is ArgumentRule {
  if (Array.isArray(value)) return value.length > 0 && value.every(isFact);
  if (!isRecord(value)) return isFact(value);
  const bounds = Object.entries(value);
  return (
    bounds.length > 0 &&
    bounds.every(([name, bound]) => (name === 'min' || name === 'max') && isNumber(bound))
  );
}

/** Reports whether the value of a fact is one that the rule tolerates. */
export function fitsArgument(value: Fact | undefined, rule: ArgumentRule): boolean {
  if (value === undefined) return false;
  if (Array.isArray(rule)) return rule.includes(value);
  if (typeof rule !== 'object') return value === rule;
  const { min = -Infinity, max = Infinity } = rule as { readonly min?: number; readonly max?: number };
  return typeof value === 'number' && value >= min && value <= max;
}

/** Reports whether the last day of a rule has passed. */
export function isExpired({ expires }: IgnoreRule, now = new Date()): boolean {
  return expires !== undefined && now.toISOString().slice(0, 10) > expires;
}

/** Suggests the known name that is most like a name; lists all of them if none is like it. */
export function nearest(name: string, known: readonly string[]): string {
  const like =
    known.find((each) => each.toLowerCase() === name.toLowerCase()) ??
    known.find((each) => isNear(name, each));
  return like === undefined ? `there are ${known.join(', ')}` : `did you mean \`${like}\`?`;
}

/** Reports whether two names differ by one typing error: a letter too many, missing or wrong, or two swapped. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const swapped = `${restA[1] ?? ''}${restA[0] ?? ''}${restA.slice(2)}`;
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    swapped === restB
  );
}

function isPart(name: string): name is keyof IgnoreRule {
  return Object.hasOwn(parts, name);
}

function oneOf(known: readonly string[], value: unknown): string | undefined {
  if (typeof value === 'string' && known.includes(value)) return undefined;
  return `expected one of ${known.join(', ')}, got ${shown(value)}`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== ''
    ? undefined
    : `expected some text, got ${shown(value)}`;
}

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isFact(value: unknown): value is Fact {
  return typeof value === 'string' || typeof value === 'boolean' || isNumber(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
