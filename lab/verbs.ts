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
  run: {
    summary: 'every pattern caught at its line, every fix clean',
    needsClone: true,
    load: () => inClone('./run/run-command.ts'),
  },
  prove: {
    summary: 'the oracle: what grows when it is done again',
    needsClone: true,
    load: () => inClone('./oracle/prove-command.ts'),
  },
  corpus: {
    summary: 'the manifest, for other tools',
    needsClone: true,
    load: () => inClone('./corpus/corpus-command.ts'),
  },
  new: {
    summary: 'a pattern and its fix, to be filled in',
    needsClone: true,
    load: () => inClone('./new/new-command.ts'),
  },
  score: isClone
    ? {
        summary: 'detectors against the catalogue',
        needsClone: true,
        load: () => inClone('./score/score-command.ts'),
      }
    : {
        summary: 'your detector against the catalogue',
        needsClone: false,
        load: () => import('./score/installed-score.ts'),
      },
  check: {
    summary: 'any module or program under the detector',
    needsClone: false,
    load: () => import('./check/check-command.ts'),
  },
  report: {
    summary: 'what test runners have found, put together',
    needsClone: false,
    load: () => import('./report/report-command.ts'),
  },
  ci: {
    summary: 'the tests of all packages on all Nodes, with one report',
    needsClone: false,
    load: () => import('./ci/ci-command.ts'),
  },
  study: {
    summary: 'a pair on the terminal, run live',
    needsClone: false,
    load: () => import('./study/study-command.ts'),
  },
  workshop: {
    summary: 'exercises: find the leak, then mend it',
    needsClone: false,
    load: () => import('./workshop/workshop-command.ts'),
  },
};

/** The verbs that work here, in the order of the overview. */
export const verbs: ReadonlyMap<string, ListedVerb> = new Map(
  Object.entries(all).filter(([, { needsClone }]) => isClone || !needsClone),
);

/** True where some verbs are missing, as they need a clone of the repository. */
export const someNeedClone = verbs.size < Object.keys(all).length;

/** Loads a module by its address: an import that the compiler can follow would be built into the package. */
async function inClone(path: string): Promise<{ readonly verb: Verb }> {
  return (await import(new URL(path, import.meta.url).href)) as { readonly verb: Verb };
}
