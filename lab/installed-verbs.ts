/** What works on the catalogue where the package is installed. */
import { installedScore, installedScoreHelp } from './score/installed-score.ts';
import type { Verbs } from './verb.ts';

export const verbs: Verbs = {
  score: { summary: 'your detector against the catalogue', help: installedScoreHelp, run: installedScore },
};
