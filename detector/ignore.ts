import type { Kind } from './finding.ts';
import type { Leftover } from './probe.ts';

/** What is left and tolerated; every part that is given must fit. */
export interface IgnoreRule {
  readonly kind?: Kind;
  /** Part of the path of the innermost frame that is not Node's. */
  readonly topFrame?: string;
  /** Part of the path or function of any frame. */
  readonly anyFrame?: string;
  /** Name of the package whose code made it. */
  readonly package?: string;
  readonly reason: string;
}

/** Things that well-known code leaves by design. */
export const builtInRules: readonly IgnoreRule[] = [
  {
    kind: 'timer',
    package: 'undici',
    reason: "undici's clock, which stops by itself when no request is left",
  },
];

/** The rule that tolerates it, if there is one. */
export function ruleFor(leftover: Leftover, rules: readonly IgnoreRule[]): IgnoreRule | undefined {
  return rules.find((rule) => fits(leftover, rule));
}

function fits({ kind, capture }: Leftover, rule: IgnoreRule): boolean {
  const { caller, frames } = capture;
  if (rule.kind !== undefined && rule.kind !== kind) return false;
  if (rule.topFrame !== undefined && !caller?.text.includes(rule.topFrame)) return false;
  if (rule.anyFrame !== undefined && !frames.some((frame) => frame.text.includes(rule.anyFrame ?? '')))
    return false;
  return rule.package === undefined || (caller !== undefined && packageOf(caller.file) === rule.package);
}

/** `@scope/name` or `name` of the innermost package a file lies in. */
export function packageOf(file: string): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]?.replace('\\', '/');
}
