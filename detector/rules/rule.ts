import { kinds, type Kind } from '../kinds.ts';
import { isRecord } from './record.ts';

/** Whose code has made it: the innermost line that isn't Node's decides. */
export const ruleScopes = ['standard library', 'third party', 'own code'] as const;
/** One of the values of a rule's `scope`. */
export type RuleScope = (typeof ruleScopes)[number];

/** What a fact of a call may be: one value, one of several, or a number within bounds (both included). */
export type ArgumentRule = Fact | readonly Fact[] | { readonly min?: number; readonly max?: number };
export type Fact = string | number | boolean;

/** What is left and tolerated; every part that is given must fit. */
export interface IgnoreRule {
  readonly kind?: Kind;
  /** The engine's or the platform's name: `Timeout`, `TCPSERVERWRAP`. */
  readonly type?: string;
  /** Part of the path or function of the innermost frame that is not Node's. */
  readonly topFrame?: string;
  /** Part of the path or function of any frame. */
  readonly anyFrame?: string;
  /** Part of the path or function of the outermost frame that is not Node's: who set it all off. */
  readonly createdBy?: string;
  /** Name of the package whose code made it. */
  readonly package?: string;
  readonly scope?: RuleScope;
  /** What is known of the call, as a timer's `ms`: see `facts` of a finding. */
  readonly args?: Readonly<Record<string, ArgumentRule>>;
  /** Why it is tolerated. */
  readonly reason: string;
  /** Who answers for the rule. */
  readonly owner?: string;
  /** `YYYY-MM-DD`: the last day on which the rule holds, in UTC. */
  readonly expires?: string;
}

/** What is wrong with a rule, and where in it. */
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

/** All that is wrong with what is to be a rule; nothing if it is one. */
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
      message: `\`scope: standard library\` and \`${ofFrame}\` contradict each other: it means that no frame is a program's or a package's`,
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

/** Whether a value of a call is as the rule wants it. */
export function fitsArgument(value: Fact | undefined, rule: ArgumentRule): boolean {
  if (value === undefined) return false;
  if (Array.isArray(rule)) return rule.includes(value);
  if (typeof rule !== 'object') return value === rule;
  const { min = -Infinity, max = Infinity } = rule as { readonly min?: number; readonly max?: number };
  return typeof value === 'number' && value >= min && value <= max;
}

/** Whether it holds no longer. */
export function isExpired({ expires }: IgnoreRule, now = new Date()): boolean {
  return expires !== undefined && now.toISOString().slice(0, 10) > expires;
}

/** The known name that is most like it, or all of them. */
export function nearest(name: string, known: readonly string[]): string {
  const like =
    known.find((each) => each.toLowerCase() === name.toLowerCase()) ??
    known.find((each) => isNear(name, each));
  return like === undefined ? `there are ${known.join(', ')}` : `did you mean \`${like}\`?`;
}

/** One letter too many, too few, wrong, or two swapped: enough for typing errors. */
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
