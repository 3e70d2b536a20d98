/** Exports what the lab needs beside the public index.ts; any release may change it. */
import './engine/refuse-unsupported.ts';
export {
  accept,
  BaselineError,
  fingerprintOf,
  formatBaseline,
  loadBaseline,
  withBaseline,
  type AcceptedLeak,
  type Baseline,
} from './report/baseline.ts';
export { whileLocked } from './report/file-lock.ts';
export type { Cue } from './lessons/source-cues.ts';
export { hideFolder } from './origin/frame.ts';
export { CallHistory } from './growth/call-history.ts';
export { findGrowth } from './growth/find-growth.ts';
export { builtInRules } from './report/rule-match.ts';
export type { Lesson, Shape } from './lessons/lesson.ts';
export { isSame, lessonFor, shapeOf } from './lessons/lessons.ts';
export { lastActivity } from './origin/owner.ts';
export { factLine } from './report/fact-line.ts';
export { causeLines, paint, type Page } from './report/layout.ts';
export { byCertainty, certainty, meaningOf } from './report/meaning.ts';
export { remarks } from './report/remarks.ts';
export { Sources } from './origin/source.ts';
export { counted, titleOf } from './report/title.ts';
export { cut, plain, wrap } from './report/wrap.ts';
export { fitsArgument, nearest } from './rules/rule.ts';
export {
  acceptVariable,
  baselineVariable,
  readSettings,
  SettingsError,
  type Settings,
} from './runners/verify/settings.ts';
export {
  lastWords,
  reportsVariable,
  runners,
  units,
  type Runner,
  type TestReport,
} from './runners/verify/test-report.ts';
export { openScope } from './scope/snapshot.ts';
export { watch } from './watch/watch.ts';
export type { WatchedLine, WatchReport } from './watch/watch-report.ts';
