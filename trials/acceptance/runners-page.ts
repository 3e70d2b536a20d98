import { table } from '../../lab/docs/pages/markdown.ts';
import { manyTests, type Costs } from './cost.ts';
import type { Answer } from './judge.ts';
import type { Standing } from './standing.ts';
import { aspects, type Aspect } from './suites.ts';

const shown: Readonly<Record<Answer, string>> = {
  yes: 'yes',
  no: '**no**',
  'file by file': 'by file',
  'has none': '–',
};

/** Writes `docs/runners.md` from the committed data. */
export function runnersPage({ packages, lines, cost }: Standing): string {
  const names = [...new Set(Object.values(lines).flatMap(({ runners }) => Object.keys(runners)))];
  const cell = (name: string, aspect: Aspect): string => {
    const answers = Object.entries(lines).map(
      ([line, { runners }]) => [line, runners[name]?.[aspect]] as const,
    );
    const own = answers.map(([line, answer]) => [line, answer ? shown[answer] : 'not tried'] as const);
    const [first] = own;
    if (own.every(([, answer]) => answer === first?.[1])) return first?.[1] ?? '';
    return own.map(([line, answer]) => `${line}: ${answer}`).join(', ');
  };
  const parts = [
    '<!-- written by `npm run acceptance -- --node all --save`; run it again instead of changing this page -->',
    '# What each runner shows',
    introduction(
      Object.values(lines).map(({ node }) => node),
      packages,
    ),
    table(
      ['', ...aspects],
      names.map((name) => [name, ...aspects.map((aspect) => cell(name, aspect))]),
    ),
    legend,
    ...(cost ? [costPart(cost)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function introduction(nodes: readonly string[], packages: Readonly<Record<string, string>>): string {
  const versions = Object.entries(packages).map(
    ([name, version]) => `${name.replace(/-\d+$/, '')} ${version}`,
  );
  return `The package is packed, checked by publint and attw, and installed in an empty folder, as a user does it. There each
runner runs one suite that leaks and one that does not, on Node ${listed(nodes)}: ${listed(versions)}.
A cell has the result on all these Nodes. \`npm run acceptance\` runs the suites again, and fails if a result differs from this page.`;
}

const legend = `- **per test**: only the test that leaks fails, or only the row that leaks of a table. A leak in a test's own hooks fails that
  test; a leak that a test expects does not.
- **per file**: a leak in a hook before all tests fails the file, and so does any leak in a file that is verified as a whole.
- **per run**: \`"per": "run"\` makes one check at the end of the run. *By file*: each file is checked instead, because the runner
  decides earlier, or because each file is a process.
- **at the same time**: nine of twelve overlapping tests leak, and each fails for its own leak.
- **rows**: only the row of \`it.each\` that leaks fails.
- **retry**: a flaky test passes at the second try; a test that leaks at the first try fails.
- **second run**: a leak that was only counted gets its line from a second run at level full; a test that does not leak
  in the second run passes.
- **right line**: the failure names kind and line as marked, in the runner's own output.
- **exit code**: a leak gives the exit code of a failure, a clean run gives 0.
- **silent when clean**: output and exit code are the same as without leaklab, except for times.
- –: the runner has no such feature.`;

function costPart({ node, machine, runners }: Costs): string {
  const range = ([median, least, most]: readonly [number, number, number]): string =>
    `${median.toFixed(2)} (${least.toFixed(2)} – ${most.toFixed(2)})`;
  return `## What it adds to ${manyTests.toLocaleString('en')} trivial tests

Measured by \`npm run acceptance -- --cost --save\` with Node ${node} on ${machine}, in rounds. In each round
the suite (ten files) ran without leaklab and then with it. The difference in one round, for each test, is what leaklab adds:
the table has the median of the rounds, with the least and the most. It includes the start of the detector in each process.
If more processes want a processor than there are (the load), the clock measures those too; then the processor's time counts.

${table(
  [
    '',
    'without, s',
    'with, s',
    'ratio',
    'added for each test, ms',
    'processor time added, ms',
    'rounds',
    'day, and load',
  ],
  runners.map(({ name, bare, watched, added, addedCpu, rounds, date, load }) => [
    name,
    bare.clock.toFixed(1),
    watched.clock.toFixed(1),
    (watched.clock / bare.clock).toFixed(2),
    range(added),
    range(addedCpu),
    String(rounds),
    `${date}, ${load[0]} – ${load[1]}`,
  ]),
)}`;
}

function listed(items: readonly string[]): string {
  const [last, ...others] = items.toReversed();
  return others.length === 0 ? (last ?? '') : `${others.toReversed().join(', ')} and ${last ?? ''}`;
}
