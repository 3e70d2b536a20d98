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

/** `docs/runners.md`, of what is committed. */
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
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `The package is packed, looked at by publint and attw, and installed in an empty folder, as a user does it. There each
runner runs one suite that leaks and one that does not, on Node ${listed(nodes)}: ${listed(versions)}.
A cell is what came out on all of them. \`npm run acceptance\` runs it again, and fails where this page says something else.`;
}

const legend = `- **per test**: the test that leaks fails, with its row of a table, and no other; its own hooks count as it, and a leak that it
  says it is about is none.
- **per file**: what a hook before all tests leaves, and a file that asks to be verified as a whole, fails the file.
- **per run**: \`"per": "run"\` is one check at the end. *By file*: the runner has made up its mind by then, or each file is a
  process, so each file is checked.
- **at the same time**: of twelve tests that overlap, nine leak, and each is told its own.
- **rows**: of \`it.each\`, the row that leaks fails alone.
- **retry**: what is flaky passes at the second try; what leaks at the first does not.
- **second run**: a leak that was only counted is known by its line, from another run at level full, and what does not
  leak there has passed.
- **right line**: the failure names kind and line as marked, in what the runner itself prints.
- **exit code**: that of a failure with a leak, 0 without one.
- **silent when clean**: output and exit code are those without leaklab, but for times.
- –: the runner has no such thing.`;

function costPart({ node, machine, runners }: Costs): string {
  const range = ([median, least, most]: readonly [number, number, number]): string =>
    `${median.toFixed(2)} (${least.toFixed(2)} – ${most.toFixed(2)})`;
  return `## What it adds to ${manyTests.toLocaleString('en')} trivial tests

Measured by \`npm run acceptance -- --cost --save\` with Node ${node} on ${machine}, in rounds in which the suite (ten files)
ran without leaklab and then with it. What is added is the difference of the two in one round, for each test: the median
of the rounds, with the least and the most. It contains the start of the detector in each process. Where more processes
want a processor than there are (the load), the clock tells of them as well, and the processor's time is what counts.

${table(
  [
    '',
    'without, s',
    'with, s',
    'ratio',
    'added for each test, ms',
    'of processor, ms',
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
