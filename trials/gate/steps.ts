/** A step that must pass: an npm script, which alone knows the command. */
export interface Step {
  readonly script: string;
  /** Default the script. */
  readonly name?: string;
  /** `npm test`, `.ci/run`, and the workflow `ci.yml`. */
  readonly runsIn: readonly ('test' | 'ci' | 'workflow')[];
  /** Whether `npm test` counts its parts, instead of the step as a whole. */
  readonly counts?: true;
}

/** All steps, in the order in which each place runs its own. */
export const steps: readonly Step[] = [
  { script: 'format:check', name: 'format', runsIn: ['test'] },
  { script: 'lint', runsIn: ['test', 'workflow'] },
  { script: 'english', runsIn: ['test', 'workflow'] },
  { script: 'types', runsIn: ['test', 'workflow'] },
  { script: 'pages:check', name: 'pages are as their source', runsIn: ['test'] },
  { script: 'unit', runsIn: ['test'], counts: true },
  { script: 'acceptance', runsIn: ['ci', 'workflow'] },
  { script: 'packages', runsIn: ['ci'] },
  // a sample in `npm test`
  { script: 'proofs', runsIn: ['test', 'ci', 'workflow'], counts: true },
  { script: 'start', runsIn: ['test', 'workflow'], counts: true },
  { script: 'site', runsIn: ['workflow'] },
  { script: 'crawl', runsIn: ['workflow'] },
  { script: 'workshop:prove', runsIn: ['workflow'] },
  { script: 'score:check', runsIn: ['ci', 'workflow'] },
  { script: 'long', runsIn: ['ci'] },
  { script: 'test', runsIn: ['ci'] },
];
