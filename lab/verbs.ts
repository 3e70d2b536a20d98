import type { Verb } from './verb.ts';

interface ListedVerb {
  /** Half a line for the overview. */
  readonly summary: string;
  /** True for a verb that works only in a clone, and is not in the package. */
  readonly needsClone: boolean;
  load(): Promise<{ readonly verb: Verb }>;
}

/** True in a clone: the package holds only JavaScript. */
const isClone = import.meta.url.endsWith('.ts');

const all: Readonly<Record<string, ListedVerb>> = {
  run: inClone(
    'run every program under the detector: leaks caught at their line, fixes silent',
    './run/run-command.ts',
  ),
  prove: inClone('measure with the oracle what grows when a program runs again', './oracle/prove-command.ts'),
  corpus: inClone('print the manifest of the catalogue, for other tools', './manifest/corpus-command.ts'),
  new: inClone('write a pattern and its fix for you to fill in', './catalogue/new/new-command.ts'),
  score: isClone
    ? inClone('score detectors against the catalogue', './score/score-command.ts')
    : anywhere('score your detector against the catalogue', () => import('./score/installed-score.ts')),
  check: anywhere('run any module or program under the detector', () => import('./check/check-command.ts')),
  report: anywhere(
    'combine the reports of test runners into one',
    () => import('./ci/report/report-command.ts'),
  ),
  ci: anywhere(
    'run the tests of all packages on all Nodes, with one report',
    () => import('./ci/ci-command.ts'),
  ),
  history: anywhere(
    'keep what leaks over time, and fail when it becomes more',
    () => import('./history/history-command.ts'),
  ),
  tickets: anywhere('keep one ticket per cause of leaks', () => import('./tickets/tickets-command.ts')),
  incident: anywhere(
    'replay an outage under load, and see which fix holds',
    () => import('./incident/incident-command.ts'),
  ),
  study: anywhere('show a pair on the terminal, run live', () => import('./study/study-command.ts')),
  workshop: anywhere(
    'solve exercises: find the leak, then fix it',
    () => import('./workshop/workshop-command.ts'),
  ),
};

/** The verbs that work here, in the order of the overview. */
export const verbs: ReadonlyMap<string, ListedVerb> = new Map(
  Object.entries(all).filter(([, { needsClone }]) => isClone || !needsClone),
);

/** True in the package, where the verbs that need a clone are missing. */
export const someNeedClone = verbs.size < Object.keys(all).length;

function anywhere(summary: string, load: ListedVerb['load']): ListedVerb {
  return { summary, needsClone: false, load };
}

/** Lists a verb by the address of its module: an import that the compiler can follow would be built into the package. */
function inClone(summary: string, path: string): ListedVerb {
  const url = new URL(path, import.meta.url).href;
  return { summary, needsClone: true, load: () => import(url) as ReturnType<ListedVerb['load']> };
}
