/** A part of the site, with a link in the bar at the top of each page. */
export interface Section {
  readonly title: string;
  /** Documents in reading order, relative to the project; missing ones are left out. */
  readonly files: readonly string[];
}

/** The index of the catalogue; its pages of pairs are found, not listed. */
export const catalogueFile = 'docs/catalogue/README.md';

/** Every document of the site, in its order. */
export const sections: readonly Section[] = [
  {
    title: 'Concepts',
    files: [
      'docs/concepts/leaks.md',
      'docs/concepts/detection.md',
      'docs/concepts/settling.md',
      'docs/concepts/evidence.md',
      'docs/concepts/blind-spots.md',
      'docs/incident.md',
      'docs/detector.md',
      'docs/bench.md',
      'docs/suites.md',
    ],
  },
  {
    title: 'Guides',
    files: [
      'docs/guides/vitest.md',
      'docs/guides/node-test.md',
      'docs/guides/jest.md',
      'docs/guides/mocha.md',
      'docs/guides/register.md',
      'docs/guides/watch.md',
      'docs/guides/ci.md',
      'docs/policy.md',
      'docs/guides/baseline.md',
      'docs/guides/leak-debt.md',
      'docs/guides/tickets.md',
      'docs/support.md',
      'docs/runners.md',
    ],
  },
  { title: 'Catalogue', files: [catalogueFile] },
  { title: 'Workshop', files: ['docs/workshop.md', 'docs/workshop-session.md', 'docs/teaching.md'] },
  {
    title: 'Benchmark',
    files: [
      'docs/board.md',
      'docs/method.md',
      'docs/oracle.md',
      'docs/adapters.md',
      'docs/manifest.md',
      'docs/runtimes.md',
    ],
  },
  {
    title: 'Project',
    files: ['CONTRIBUTING.md', 'docs/architecture.md', 'CHANGELOG.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
  },
];

/** The page of the board: HTML without a document. */
export const boardPage = {
  url: 'board.html',
  title: 'The board, with every program',
  section: 'Benchmark',
} as const;

/** Documents that are not pages of the site, with the reason. */
export const leftOut: ReadonlyMap<string, string> = new Map([
  ['README.md', 'the start page says it'],
  ['docs/catalogue/index.html', 'the filter is part of the page of the catalogue'],
]);
