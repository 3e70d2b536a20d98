/**
 * Finds what a Node.js program leaks: takes a snapshot, runs the work, and compares. The idea is goleak's.
 *
 * @packageDocumentation
 */
import './engine/refuse-unsupported.ts';
export { find, verifyNone, type FindOptions } from './find.ts';
export type { Api, Evidence, Facts, Finding, NotJudged, Report, Site } from './finding.ts';
export { kinds, type Kind } from './kinds.ts';
export { loadPolicy, parsePolicy, PolicyError, type Policy, type PolicyProblem } from './rules/policy.ts';
export type { ArgumentRule, IgnoreRule, RuleScope } from './rules/rule.ts';
export { formatReport, wantsColour, type FormatOptions } from './report/format-report.ts';
export { levels, type Level } from './origin/level.ts';
export { LeakError } from './report/leak-error.ts';
export type { Scope } from './scope/active-scope.ts';
export { snapshot } from './scope/snapshot.ts';
export { probeNames, type ProbeName } from './probes/probe.ts';
export type { ScopeOptions } from './scope/options.ts';
export { track, type Lease } from './probes/leases.ts';
