/**
 * Runs `npm run settling`: measures how long clean programs take until everything of theirs has ended. Every fix and
 * decoy runs once, in one process, and then the detector looks again and again, at the moments of a check.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openScope } from '../../../detector/internal.ts';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import type { Lab, Outcome } from '../../contract.ts';
import { openLab } from '../../outside/lab-context.ts';
import { showStatus } from '../../shared/status-line.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { settlingFile, type Settled, type SettlingFile } from './settling.ts';

/** Turns of the event loop first, then pauses that double: the moments of a check (detector/engine/settle.ts). */
const turns = 5;
const budget = 1000;
const longestPause = 100;

const { programs } = await readCatalogue(projectRoot);
// starting a database for each would be most of the measured time
const clean = programs.filter(
  ({ role, file }) =>
    (role === 'fix' || role === 'decoy') && !readFileSync(file, 'utf8').includes('lab.postgres'),
);
const settled: Settled[] = [];
for (const { id, role, file } of clean) {
  const { lab, close } = await openLab();
  const { run } = (await import(pathToFileURL(file).href)) as { run(lab: Lab): Promise<Outcome> };
  const scope = openScope({ name: id });
  await scope.run(() => run(lab));
  const moment = await momentOfQuiet(() => {
    // this command waits too, between the moments
    return scope.findNow().leaks.every(({ site }) => site?.file.endsWith('settling-command.ts') === true);
  });
  settled.push({ id, role: role === 'fix' ? 'fix' : 'decoy', ...moment });
  scope.dispose();
  await close();
  showStatus(`${settled.length} of ${clean.length}`);
}
const file: SettlingFile = { version: 1, node: process.version, budget, programs: settled };
writeWhole(join(projectRoot, settlingFile), `${JSON.stringify(file, null, 1)}\n`);
showStatus('');
// open resources of the outside are not measured here
process.exit();

async function momentOfQuiet(
  isQuiet: () => boolean,
): Promise<{ turns: number; ms: number } | { turns: null; ms: null }> {
  for (let turn = 0; turn <= turns; turn += 1) {
    if (isQuiet()) return { turns: turn, ms: 0 };
    await setImmediate();
  }
  let spent = 0;
  for (let ms = 1; spent < budget; ms = Math.min(ms * 2, longestPause)) {
    await setTimeout(ms);
    spent += ms;
    // a check collects garbage before its last word
    if (spent >= longestPause) globalThis.gc?.();
    if (isQuiet()) return { turns, ms: spent };
  }
  return { turns: null, ms: null };
}
