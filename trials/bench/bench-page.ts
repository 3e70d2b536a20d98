/** The page docs/bench.md: each figure beside its goal and beside other tools. */

/** CPU time of watched work over that of the same work unwatched, over all rounds. */
export interface Ratio {
  readonly workload: string;
  readonly size: number;
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Cost of a snapshot and its check beside `count` live resources. */
export interface LookCost {
  readonly count: number;
  /** µs */
  readonly p50: number;
  readonly p95: number;
  /** Bytes that one snapshot and its check allocate. */
  readonly bytes: number;
  /** Bytes that the detector and the program hold for each live timer. */
  readonly perResource: number;
  readonly leaked: number;
  /** ms until `leaked` leaks of one line are reported. */
  readonly leaksMs: number;
  readonly cleanTestMs: number;
  readonly cleanTestP95Ms: number;
}

export interface Results {
  readonly node: string;
  readonly machine: string;
  readonly rounds: number;
  readonly ratios: readonly Ratio[];
  readonly looks: readonly LookCost[];
  /** ms */
  readonly startMs: { readonly bare: number; readonly loaded: number };
}

const workloadNames: Readonly<Record<string, string>> = {
  awaits: 'awaits',
  timers: 'timers',
  http: 'requests to a server on loopback (its CPU alone)',
  copy: 'bytes copied by streams',
};

/** Writes the whole page, in Markdown. */
export function benchPage({ node, machine, rounds, ratios, looks, startMs }: Results): string {
  const thousand = looks.find(({ count }) => count === 1000);
  return [
    '# What watching costs',
    '',
    `Measured by \`npm run bench -- --page docs/bench.md\` with Node ${node} on ${machine}, ${rounds} rounds.`,
    'A ratio is the CPU time of the watched work over that of the same work unwatched, in two processes that take',
    'turns to start first. The tables show the median of the rounds, with the least and the most.',
    '',
    '## Goals',
    '',
    '| goal | measured | |',
    '| --- | --- | --- |',
    goal('level light, HTTP load: at most 1.05', ratioOf(ratios, 'http', 'leaklab light'), 1.05),
    goal('level light, 10⁶ awaits: at most 1.15', ratioOf(ratios, 'awaits', 'leaklab light'), 1.15),
    ...['awaits', 'timers', 'http', 'copy'].map((workload) =>
      goal(
        `level full, ${workload}: cheaper than vitest --detectAsyncLeaks`,
        ratioOf(ratios, workload, 'leaklab full'),
        ratioOf(ratios, workload, 'vitest --detectAsyncLeaks'),
      ),
    ),
    goal('snapshot and check beside 1,000 live resources, p95: at most 100 µs', thousand?.p95, 100),
    goal('the same, memory allocated: at most 89,000 bytes', thousand?.bytes, 89_000),
    goal('a clean test, from start to verdict: at most 1 ms', thousand?.cleanTestMs, 1),
    '',
    ...floors(ratios),
    '## Work, watched and unwatched',
    '',
    ...ratioTables(ratios),
    '## A snapshot and its check',
    '',
    '| live resources | p50, µs | p95, µs | bytes allocated | bytes held for each | leaks reported | in ms |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...looks.map(
      (each) =>
        `| ${figure(each.count)} | ${figure(each.p50)} | ${figure(each.p95)} | ${figure(each.bytes)} | ${figure(each.perResource)} | ${figure(each.leaked)} | ${figure(each.leaksMs)} |`,
    ),
    '',
    'In the first columns, the resources are older than the test, as in a suite. In the last two, the test itself',
    'leaks as many (at most 100,000), at level full with a stack each. Bytes held are those of the timer and of',
    'its record.',
    '',
    'For comparison, the article on goleak gives these figures for 1,000 goroutines on another machine: goleak',
    '3,210 µs and 1.8 MB, a runtime profile 890 µs and 420 KB, its own tool 167 µs and 89 KB.',
    '',
    `Start-up: ${figure(startMs.bare)} ms for an empty program, ${figure(startMs.loaded)} ms with the detector loaded from its TypeScript sources.`,
  ].join('\n');
}

function ratioOf(ratios: readonly Ratio[], workload: string, name: string): number | undefined {
  return ratios.find((each) => each.workload === workload && each.name === name)?.median;
}

/** Explains missed goals: the cost that no such detector avoids, and the cost without the expensive probes. */
function floors(ratios: readonly Ratio[]): string[] {
  const of = (workload: string, name: string): string => {
    const ratio = ratioOf(ratios, workload, name);
    return ratio === undefined ? 'not measured' : figure(ratio);
  };
  return [
    'Why goals are missed. Awaits: after the first promise hook of a process, V8 no longer compiles `await` inline,',
    `also when the hook is removed: that alone costs ${of('awaits', 'promise hook, taken off again')}. Level light has one until it has taken 500`,
    `stacks; without it (\`without: ['awaits']\`) the level costs ${of('awaits', 'leaklab light, without awaits')}, and sees no suspended function.`,
    `HTTP: hooks that do nothing cost ${of('http', 'empty async hook')}; the rest goes into the records of each socket, listener and emitter,`,
    `or ${of('http', 'leaklab light, without awaits and listeners')} without awaits and listeners. Copy: level full takes a stack for each read and each write.`,
    '',
  ];
}

function goal(words: string, measured: number | undefined, limit: number | undefined): string {
  if (measured === undefined || limit === undefined) return `| ${words} | not measured | |`;
  const than = words.includes('cheaper') ? ` (vitest: ${figure(limit)})` : '';
  return `| ${words} | ${figure(measured)}${than} | ${measured <= limit ? 'reached' : 'missed'} |`;
}

function ratioTables(ratios: readonly Ratio[]): string[] {
  const groups = Map.groupBy(
    ratios,
    ({ workload, size }) => `${figure(size)} ${workloadNames[workload] ?? workload}`,
  );
  return [...groups].flatMap(([title, group]) => [
    `### ${title}`,
    '',
    '| watcher | ratio | least – most |',
    '| --- | --- | --- |',
    ...group.map(
      ({ name, median, least, most }) =>
        `| ${name} | ${figure(median)} | ${figure(least)} – ${figure(most)} |`,
    ),
    '',
  ]);
}

/** Formats with three significant digits. */
function figure(value: number): string {
  return new Intl.NumberFormat(
    'en',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  ).format(value);
}
