import builtIn from '../rules/built-in-rules.json' with { type: 'json' };
import { packageOf } from '../origin/frame.ts';
import type { Leftover } from '../probes/probe.ts';
import { fitsArgument, isExpired, problemsOfRule, type Fact, type IgnoreRule } from '../rules/rule.ts';

const given: readonly unknown[] = builtIn.rules;
/** The rules of built-in-rules.json, for resources that well-known packages keep by design. */
export const builtInRules: readonly IgnoreRule[] = given.filter(isRule);

function isRule(rule: unknown): rule is IgnoreRule {
  return problemsOfRule(rule).length === 0;
}

/** Returns the first rule that tolerates a leftover and has not expired. */
export function ruleFor(leftover: Leftover, rules: readonly IgnoreRule[]): IgnoreRule | undefined {
  return rules.find((rule) => fits(leftover, rule) && !isExpired(rule));
}

function fits({ kind, type, capture, facts }: Leftover, rule: IgnoreRule): boolean {
  if (rule.kind !== undefined && rule.kind !== kind) return false;
  if (rule.type !== undefined && rule.type !== type) return false;
  const { caller, frames } = capture;
  const has = (part: string | undefined, ...texts: (string | undefined)[]): boolean =>
    part === undefined || texts.some((text) => text?.includes(part));
  const creator = frames.findLast(({ author }) => author === 'user' || author === 'package');
  if (!has(rule.topFrame, caller?.text)) return false;
  if (!has(rule.anyFrame, ...frames.map(({ text }) => text))) return false;
  if (!has(rule.createdBy, creator?.text)) return false;
  if (rule.package !== undefined && (!caller || packageOf(caller.file) !== rule.package)) return false;
  if (rule.scope !== undefined && rule.scope !== scopeOf(leftoverAuthor(caller?.author))) return false;
  if (rule.args === undefined) return true;
  const known: Readonly<Partial<Record<string, Fact>>> = { ...facts?.() };
  return Object.entries(rule.args).every(([name, wanted]) => fitsArgument(known[name], wanted));
}

function leftoverAuthor(author: string | undefined): 'user' | 'package' | undefined {
  return author === 'user' || author === 'package' ? author : undefined;
}

function scopeOf(author: 'user' | 'package' | undefined): IgnoreRule['scope'] {
  if (author === undefined) return 'standard library';
  return author === 'user' ? 'own code' : 'third party';
}
