/** What works on the catalogue and is not published: `npm run lab -- <verb>` in a clone of the repository. */
import { corpusCommand, corpusHelp } from './corpus/corpus-command.ts';
import { newCommand, newHelp } from './new/new-command.ts';
import { proveCommand, proveHelp } from './oracle/prove-command.ts';
import { runCommand, runHelp } from './run/run-command.ts';
import { scoreCommand } from './score/score-command.ts';
import { scoreHelp } from './score/score-options.ts';
import type { Verbs } from './verb.ts';

export const verbs: Verbs = {
  run: { summary: 'every pattern caught at its line, every fix clean', help: runHelp, run: runCommand },
  prove: { summary: 'the oracle: what grows when it is done again', help: proveHelp, run: proveCommand },
  corpus: { summary: 'the manifest, for other tools', help: corpusHelp, run: corpusCommand },
  new: { summary: 'a pattern and its fix, to be filled in', help: newHelp, run: newCommand },
  score: { summary: 'detectors against the catalogue', help: scoreHelp, run: scoreCommand },
};
