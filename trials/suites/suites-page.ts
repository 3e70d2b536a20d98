import { escaped, table } from '../../lab/docs/pages/markdown.ts';
import {
  readJudgements,
  readMerges,
  verdicts,
  type Judgement,
  type Merge,
  type Verdict,
} from './judgement.ts';
import { byHandSection, readByHand } from './by-hand.ts';
import type { Observation } from './observation.ts';
import { suites } from './list/suites.ts';
import type { Suite } from './suite.ts';

const meanings: Readonly<Record<Verdict, string>> = {
  'leak of the package': 'the code of the package leaks it in every program',
  'leak of the suite': 'a test opens it and does not close it',
  'by design': 'it stays on purpose, and does not grow',
  'false alarm': 'it is no leak',
};

interface Seen {
  readonly suite: Suite;
  readonly observation: Observation;
  readonly judgements: readonly Judgement[];
  readonly merge: Merge | undefined;
}

/** Writes docs/suites.md from the results of each suite. */
export function suitesPage(observations: readonly Observation[]): string {
  const all = readJudgements();
  const merges = readMerges();
  const seen = suites.flatMap((suite): Seen[] => {
    const observation = observations.find((each) => each.suite === suite.name);
    const judgements = all.filter((each) => each.suite === suite.name);
    const merge = merges.find((each) => each.suite === suite.name);
    return observation ? [{ suite, observation, judgements, merge }] : [];
  });
  const parts = [
    '<!-- written by `npm run suites -- --save`; run it again instead of changing this page -->',
    '# Real suites',
    introduction,
    table(
      [
        'package',
        'runner',
        'tests',
        'leaking',
        'exit code without, with',
        'seconds without, with',
        'ratio',
        'would the maintainer merge it, and why not',
      ],
      seen.map(summary),
    ),
    cost,
    verdictTable(seen),
    ...byHandSection(readByHand()),
    ...seen.flatMap(section),
  ];
  return `${parts.join('\n\n')}\n`;
}

const introduction = `These test suites of published packages ran unchanged, in turns without leaklab and with its one line. \`npm run suites\`
installs and runs them. Where a package publishes no tests, they were written anew for it, which its section says. A person judged each reported line by reading its code; a line without a judgement, or a judged line
that is no longer reported, fails the command. With leaklab, the same tests must run, exactly those that leak must fail, and
the exit code may be 0 only if nothing leaks; anything else fails the command too.`;

const cost = `The column "leaking" counts tests and files that leak. Where the exit code without leaklab is not 0, tests failed by
themselves that need a quick machine; they are named below. Seconds are medians; the ratio is that of the median pair of
runs. A leak costs time, because everything gets a second to end before it is reported. So a suite takes about a second more
for each test that leaks, and a clean test does not wait.`;

function summary({ suite, observation, merge }: Seen): string[] {
  const { version, tests, told, pairs } = observation;
  const [first] = pairs;
  const seconds = (which: 'bare' | 'watched'): string => median(pairs.map((pair) => pair[which])).toFixed(1);
  return [
    `[${suite.package}](#${suite.name}) ${version}`,
    suite.runner,
    String(tests),
    String(told),
    `${first?.bareCode}, ${first?.watchedCode}`,
    `${seconds('bare')}, ${seconds('watched')}`,
    median(ratiosOf(observation)).toFixed(2),
    merge ? escaped(`${merge.merges ? 'yes' : 'no'}: ${merge.why}`) : '',
  ];
}

function verdictTable(seen: readonly Seen[]): string {
  const rows = verdicts.map((verdict) => {
    const own = seen.flatMap(({ observation, judgements }) =>
      judgements.filter((each) => each.verdict === verdict).map((each) => ({ each, observation })),
    );
    const lines = own.reduce((sum, { each }) => sum + keysOf(each).length, 0);
    const count = own.reduce((sum, { each, observation }) => sum + countOf(each, observation), 0);
    return [verdict, meanings[verdict], String(lines), String(count)];
  });
  return table(['judged', 'means', 'lines', 'leaks'], rows);
}

function section({ suite, observation, judgements }: Seen): string[] {
  const { runner, command, line, files = {}, leftOut, unsteady } = suite;
  const { version, node, machine, verified } = observation;
  const shown = command
    .replaceAll(/ --(?:test-)?reporter(?:-\w+)?[= ]\S+| --outputFile\S+/g, '')
    .replace('{leaklab} ', Object.keys(files).length > 0 ? '' : `${line} `);
  const ratios = ratiosOf(observation).map((ratio) => ratio.toFixed(2));
  const rows = judgements.map((judgement) => [
    escaped(judgement.what),
    judgement.verdict,
    String(countOf(judgement, observation)),
    escaped(judgement.reason),
    keysOf(judgement)
      .map((key) => `\`${key}\``)
      .join('<br>'),
  ]);
  return [
    `## ${suite.name}`,
    [
      `${suite.package} ${version}, ${runner}: \`${shown}\`${Object.keys(files).length > 0 ? `, with \`${line}\` in ${Object.keys(files).join(', ')}` : ''}.`,
      `Node ${node}, ${machine}; ${verified} tests and files were verified; with leaklab, the runs took ${ratios.join(', ')} times as long.`,
      ...(suite.anew === undefined
        ? []
        : ['The package publishes no tests; these were written anew for this page.']),
      ...(leftOut === undefined ? [] : [`Left out: ${leftOut}.`]),
      ...(unsteady
        ? [
            `Tests with ${unsteady.names.map((name) => `“${name}”`).join(', ')} in their names may fail without leaklab too: ${unsteady.why}.`,
          ]
        : []),
    ].join(' '),
    rows.length > 0 ? table(['what leaks', 'judged', 'count', 'why', 'lines'], rows) : 'Nothing leaked.',
  ];
}

function keysOf({ causes, sometimes = [] }: Judgement): readonly string[] {
  return [...causes, ...sometimes];
}

function countOf(judgement: Judgement, { causes }: Observation): number {
  const keys = new Set(keysOf(judgement));
  return causes.filter(({ key }) => keys.has(key)).reduce((sum, { count }) => sum + count, 0);
}

function ratiosOf({ pairs }: Observation): readonly number[] {
  return pairs.map(({ bare, watched }) => watched / bare);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
