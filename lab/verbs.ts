import type { Verb } from './verb.ts';

interface ListedVerb {
  /** For the overview, in half a line. */
  readonly summary: string;
  /** Whether it works in a clone alone, and is not in the package. */
  readonly needsClone: boolean;
  load(): Promise<{ readonly verb: Verb }>;
}

/** True in a clone: the package holds JavaScript alone. */
const isClone = import.meta.filename.endsWith('.ts');

const all: Readonly<Record<string, ListedVerb>> = {
  run: inClone('every pattern caught at its line, every fix clean', './run/run-command.ts'),
  prove: inClone('the oracle: what grows when it is done again', './oracle/prove-command.ts'),
  corpus: inClone('the manifest, for other tools', './manifest/corpus-command.ts'),
  new: inClone('a pattern and its fix, to be filled in', './catalogue/new/new-command.ts'),
  score: isClone
    ? inClone('detectors against the catalogue', './score/score-command.ts')
    : anywhere('your detector against the catalogue', () => import('./score/installed-score.ts')),
  check: anywhere('any module or program under the detector', () => import('./check/check-command.ts')),
  report: anywhere(
    'what test runners have found, put together',
    () => import('./ci/report/report-command.ts'),
  ),
  ci: anywhere('the tests of all packages on all Nodes, with one report', () => import('./ci/ci-command.ts')),
  study: anywhere('a pair on the terminal, run live', () => import('./study/study-command.ts')),
  workshop: anywhere(
    'exercises: find the leak, then mend it',
    () => import('./workshop/workshop-command.ts'),
  ),
};

/** The verbs that work here, in the order of the overview. */
export const verbs: ReadonlyMap<string, ListedVerb> = new Map(
  Object.entries(all).filter(([, { needsClone }]) => isClone || !needsClone),
);

/** True where some verbs are missing, as they need a clone of the repository. */
export const someNeedClone = verbs.size < Object.keys(all).length;

function anywhere(summary: string, load: ListedVerb['load']): ListedVerb {
  return { summary, needsClone: false, load };
}

/** Lists a verb by the address of its module: an import that the compiler can follow would be built into the package. */
function inClone(summary: string, path: string): ListedVerb {
  const url = new URL(path, import.meta.url).href;
  return { summary, needsClone: true, load: () => import(url) as ReturnType<ListedVerb['load']> };
}
