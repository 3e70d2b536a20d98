/**
 * `import { watch } from 'leaklab/watch'`, or `node --import leaklab/watch`: watches a service in production, and names
 * the lines whose resources grow in number.
 *
 * @packageDocumentation
 */
import '../engine/refuse-unsupported.ts';
import { watchPreloaded } from './watch.ts';

export { watch, type Watch } from './watch.ts';
export type { WatchOptions } from './options.ts';
export type { WatchedLine, WatchReport } from './watch-report.ts';
export type { Meter } from './telemetry.ts';

const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
// Node has no word for a module that it was told to preload
if (/--import[= ]\S*(?:leaklab\/watch\b|\/watch\/index\.[jt]s)/.test(options)) {
  try {
    watchPreloaded();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`leaklab: ${error.message}\n`);
    process.exit(2);
  }
}
