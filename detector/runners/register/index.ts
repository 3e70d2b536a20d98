/**
 * `node --import leaklab/register program.js`: watches a whole run of any program, and reports leaks on standard
 * error, with exit code 1. It looks when the event loop is empty, when the program exits, and when a program that
 * something keeps alive was idle for a while.
 *
 * @packageDocumentation
 */
import '../../engine/refuse-unsupported.ts';
import { freshLoopTime } from '../../engine/settle.ts';
import { BaselineError } from '../../report/baseline.ts';
import { PolicyError } from '../../rules/policy.ts';
import { passOn } from './preload-children.ts';
import { Session } from '../verify/session.ts';
import { SettingsError } from '../verify/settings.ts';
import { watchRun } from './watched-run.ts';

try {
  const session = new Session('register');
  const rules = await session.judge.rules();
  passOn(import.meta.url);
  watchRun(session, rules);
  // the loop's time stands still meanwhile: the program's first timers would be due as much sooner
  await freshLoopTime();
} catch (error) {
  const isOfUse = [SettingsError, PolicyError, BaselineError].some((known) => error instanceof known);
  if (!isOfUse || !(error instanceof Error)) throw error;
  process.stderr.write(`leaklab: ${error.message}\n`);
  process.exit(2);
}
