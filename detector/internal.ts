/** The exports that the lab needs beside the public ones of index.ts; they may change with any release. */
export {
  accept,
  BaselineError,
  fingerprintOf,
  formatBaseline,
  loadBaseline,
  withBaseline,
  type AcceptedLeak,
  type Baseline,
} from './baseline.ts';
export type { Cue } from './cues.ts';
export { hideFolder } from './frame.ts';
export { findGrowth } from './growth/find-growth.ts';
export { builtInRules } from './ignore.ts';
export { isSame, lessonFor, shapeOf, type Lesson, type Shape } from './lessons.ts';
export { lastActivity } from './owner.ts';
export { factLine } from './report/fact-line.ts';
export { causeLines, paint, type Page } from './report/layout.ts';
export { byCertainty, certainty, meaningOf } from './report/meaning.ts';
export { remarks } from './report/remarks.ts';
export { Sources } from './report/source.ts';
export { counted, titleOf } from './report/title.ts';
export { plain, wrap } from './report/wrap.ts';
export { nearest } from './rule.ts';
export { readSettings, SettingsError, type Settings } from './runners/settings.ts';
export { reportsVariable, runners, units, type Runner, type TestReport } from './runners/test-report.ts';
export { openScope } from './scope.ts';
