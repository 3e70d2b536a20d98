import '../../engine/refuse-unsupported.ts';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hideFolder } from '../../origin/frame.ts';
import { Session } from '../verify/session.ts';
import { readSettings } from '../verify/settings.ts';

export { configureIn, expectLeakIn } from '../verify/test-api.ts';
export { declareTable } from '../verify/test-table.ts';
export { AroundHooks } from './around-hooks.ts';
export { RunnerMethods, type Runner } from './runner-methods.ts';
export { pathOfFile, VitestWatch } from './vitest-watch.ts';
export { disownWorkerFixtures } from './worker-fixtures.ts';
import { LateFailures } from './late-failures.ts';
import { SharedWorker } from './shared-worker.ts';
import type { OfWorker } from './vitest-watch.ts';

const packageFile = createRequire(import.meta.url).resolve('vitest/package.json');
const requireOfVitest = createRequire(packageFile);
const { version, dependencies = {} } = requireOfVitest(packageFile) as {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
};
if (Number.parseInt(version, 10) < 2) {
  throw new Error(
    `leaklab/vitest needs vitest 2 or later, and this is vitest ${version}: npm install --save-dev vitest@latest`,
  );
}

// vitest's own timers and waits
hideFolder(dirname(packageFile));
for (const name of Object.keys(dependencies)) {
  if (name.startsWith('@vitest/')) hideFolder(dirname(requireOfVitest.resolve(name)));
}

/** Returns the URL of `vitest/runners`, which vitest has until 4.1. */
export function runnersOfVitest(): string {
  return pathToFileURL(requireOfVitest.resolve('vitest/runners')).href;
}

const settings = readSettings();

/** The session of this worker; no entry can create it, because vitest evaluates the entry for each file of tests. */
export const session = new Session('vitest', {
  ...settings,
  // a worker ends when vitest has decided already, so a run is verified file by file
  per: settings.per === 'test' ? 'test' : 'file',
});

/** The parts that outlast a file, because vitest evaluates the entry for each. */
export const ofWorker: OfWorker = { late: new LateFailures(), shared: new SharedWorker() };
