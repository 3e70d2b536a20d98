/** `npm run ci`: runs the steps of `.ci/run`, one after the other, up to the first that fails. */
import { spawnSync } from 'node:child_process';
import { steps } from './steps.ts';

for (const { script } of steps.filter(({ runsIn }) => runsIn.includes('ci'))) {
  const { status } = spawnSync('npm', ['run', script], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
