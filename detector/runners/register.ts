/**
 * `node --import leaklab/register program.js`: watches a whole run of any program, and says on standard error what
 * it leaves; then the exit code is 1. Reported is what is left when the event loop is empty, when the program exits,
 * or, while something keeps it alive, when nothing has happened for a while.
 *
 * @packageDocumentation
 */
import { PolicyError } from '../policy.ts';
import { passOn } from './pass-on.ts';
import { Session } from './session.ts';
import { SettingsError } from './settings.ts';
import { watchRun } from './watched-run.ts';

try {
  const session = new Session('register');
  const rules = await session.judge.rules();
  passOn(import.meta.url);
  watchRun(session, rules);
} catch (error) {
  if (!(error instanceof SettingsError) && !(error instanceof PolicyError)) throw error;
  process.stderr.write(`leaklab: ${error.message}\n`);
  process.exit(2);
}
