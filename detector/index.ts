/**
 * Finds what a Node.js program leaves behind: snapshot, run, compare. The idea is goleak's.
 *
 * @packageDocumentation
 */
export type { Evidence, Finding, Kind, Report, Site } from './finding.ts';
export { kinds } from './finding.ts';
export type { IgnoreRule } from './ignore.ts';
export { formatReport, wantsColour, type FormatOptions } from './report-text.ts';
export { LeakError, snapshot, type Scope, type ScopeOptions } from './scope.ts';
export { lastActivity } from './owner.ts';
export { hideFolder } from './stack.ts';
