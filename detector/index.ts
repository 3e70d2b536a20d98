/**
 * Finds what a Node.js program leaves behind: snapshot, run, compare. The idea is goleak's.
 *
 * @packageDocumentation
 */
export { find, verifyNone, type FindOptions } from './find.ts';
export type { Api, Evidence, Facts, Finding, NotJudged, Report, Site } from './finding.ts';
export { kinds, type Kind } from './kinds.ts';
export { loadPolicy, parsePolicy, PolicyError, type Policy, type PolicyProblem } from './policy.ts';
export type { ArgumentRule, IgnoreRule, RuleScope } from './rule.ts';
export { formatReport, wantsColour, type FormatOptions } from './report-text.ts';
export { levels, type Level } from './level.ts';
export { LeakError } from './leak-error.ts';
export type { Scope } from './active-scope.ts';
export { snapshot } from './scope.ts';
export { probeNames, type ProbeName } from './probe.ts';
export type { ScopeOptions } from './scope-options.ts';
export { track, type Lease } from './probes/leases.ts';
