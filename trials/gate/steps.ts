/** A step that must pass; only the npm script knows its command. */
export interface Step {
  readonly script: string;
  /** Name to print; default the script. */
  readonly name?: string;
  /** `npm test`, `.ci/run`, or the workflow `ci.yml`. */
  readonly runsIn: readonly ('test' | 'ci' | 'workflow')[];
  /** Set if `npm test` counts the parts of the step instead of the step itself. */
  readonly counts?: true;
}

/** All steps; each place runs its own in this order. */
export const steps: readonly Step[] = [
  { script: 'format:check', name: 'format', runsIn: ['test'] },
  { script: 'lint', runsIn: ['test', 'workflow'] },
  { script: 'english', runsIn: ['test', 'workflow'] },
  { script: 'types', runsIn: ['test', 'workflow'] },
  { script: 'pages:check', name: 'pages match their sources', runsIn: ['test'] },
  { script: 'unit', runsIn: ['test'], counts: true },
  { script: 'acceptance', runsIn: ['ci', 'workflow'] },
  { script: 'packages', runsIn: ['ci'] },
  // `npm test` runs 130
  { script: 'random', runsIn: ['ci', 'workflow'] },
  // `npm test` proves a sample
  { script: 'proofs', runsIn: ['test', 'ci', 'workflow'], counts: true },
  { script: 'start', runsIn: ['test', 'workflow'], counts: true },
  { script: 'site', runsIn: ['workflow'] },
  { script: 'crawl', runsIn: ['workflow'] },
  { script: 'workshop:prove', runsIn: ['workflow'] },
  { script: 'score:check', runsIn: ['ci', 'workflow'] },
  { script: 'long', runsIn: ['ci'] },
  { script: 'test', runsIn: ['ci'] },
];
