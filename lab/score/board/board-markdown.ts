import { families, stages, type Channel } from '../../contract.ts';
import { isMain } from './board.ts';
import { waysSection } from './board-ways.ts';
import { number, percent, percentOf, table, titleOf } from './markdown.ts';
import type { Metrics } from '../answer/metrics.ts';
import type { ScoredBoard, ScoredDetector } from './scored-board.ts';
import { ranked } from './table.ts';

/** Results of the detector in the article that inspired the catalogue; that detector is not here. */
export const articleStages = { unit: 0.68, integration: 0.92, e2e: 0.41 } as const;

/** Writes docs/board.md. */
export function boardMarkdown(board: ScoredBoard): string {
  const plain = ranked(board.detectors.filter(({ axis }) => axis === 'plain'));
  const main = plain.filter(isMain);
  const elsewhere = plain.filter((detector) => !isMain(detector));
  return [
    ...introduction(board),
    ...ranking(main),
    ...ofLeaks(main),
    ...withinClaims(main),
    '',
    '## Pair rate by channel',
    '',
    'The channel is what makes a leak visible at all.',
    '',
    ...breakdownTable(main, channelsOf(board), ({ byChannel }, channel) => byChannel[channel]),
    '',
    '## Pair rate by family',
    '',
    ...breakdownTable(main, families, ({ byFamily }, family) => byFamily[family]),
    ...recallByStage(main),
    ...otherLines(elsewhere),
    ...waysSection(board),
    ...noAnswers(main),
    ...setups(main),
    '',
  ].join('\n');
}

function introduction({ programs }: ScoredBoard): string[] {
  const count = (role: string): number => programs.filter((program) => program.role === role).length;
  return [
    '<!-- Written by `npm run score -- --board docs`. -->',
    '',
    '# The board',
    '',
    `Results of today's leak detectors on the catalogue: ${count('pattern')} pairs of a program that leaks and the same program fixed, ${count('decoy')} decoys and ${count('wrong-fix')} wrong fixes. [method.md](method.md) explains the measurement, [adapters.md](adapters.md) how to plug in another detector; the site that \`npm run site\` builds has a page of the board with every program.`,
    '',
    'Ranked by the **pair rate**: the leak is caught *and* the fix is silent, which a tool that always reports can not win. In brackets, the interval in which the true share lies in 95 of 100 cases. These numbers include leaks that a tool does not claim to see; [below](#within-what-it-claims-to-see) they are apart.',
  ];
}

function ranking(detectors: readonly ScoredDetector[]): string[] {
  return [
    '',
    ...table(
      [
        'detector',
        'pair rate',
        'recall',
        'false alarms, fixes',
        'false alarms, decoys',
        'wrong fixes caught',
        "Youden's J",
        'J, mean of families',
      ],
      detectors.map((each) => [
        titleOf(each),
        percent(each.all.pairRate, true),
        percent(each.all.recall),
        percent(each.all.falseAlarmsOnFixes),
        percent(each.all.falseAlarmsOnDecoys),
        percent(each.all.wrongFixesCaught),
        number(each.all.youdensJ),
        number(each.macroJ),
      ]),
    ),
  ];
}

function ofLeaks(detectors: readonly ScoredDetector[]): string[] {
  return [
    '',
    '## Kind and line of a leak',
    '',
    'Of all patterns: caught with the right kind (or a name that can mean it), at a marked line, or also at a line that a fair report may name instead. Spurious: its report is the same for leak and fix, so it has seen something else.',
    '',
    ...table(
      [
        'detector',
        'right kind',
        'exact line',
        'exact or near',
        'spurious',
        'no answer',
        'killed after the program',
        'the same each time',
        'cost',
      ],
      detectors.map((each) => [
        titleOf(each),
        each.hasTypes ? percent(each.all.kindRight) : 'names none',
        each.hasLines ? percent(each.all.exactLine) : 'names none',
        each.hasLines ? percent(each.all.nearLine) : 'names none',
        String(each.spurious),
        String(each.all.noAnswer.k),
        String(each.hung),
        each.stability.n === 0 ? '' : `${each.stability.k}/${each.stability.n}`,
        each.cost === null ? '' : `${each.cost.toFixed(1)}×`,
      ]),
    ),
  ];
}

function withinClaims(detectors: readonly ScoredDetector[]): string[] {
  return [
    '',
    '## Within what it claims to see',
    '',
    ...table(
      ['detector', 'claims', 'pairs claimed', 'pair rate within', 'recall within', 'caught beyond its claim'],
      detectors.map((each) => [
        titleOf(each),
        each.sees.join(', ') || 'nothing',
        String(each.claimed?.pairRate.n ?? 0),
        each.claimed ? percent(each.claimed.pairRate, true) : '',
        each.claimed ? percent(each.claimed.recall) : '',
        each.notClaimed ? `${each.notClaimed.recall.k} of ${each.notClaimed.recall.n}` : '',
      ]),
    ),
  ];
}

function recallByStage(detectors: readonly ScoredDetector[]): string[] {
  return [
    '',
    '## Recall by stage',
    '',
    'Patterns that are caught, with the interval that holds the true share in 95 of 100 cases. The last row is not ours: it is what the article that inspired the catalogue reports for its own detector on its own programs, without a count. A stage here says how large a program is, not how large a test suite: the two rows can stand beside each other, and not be subtracted.',
    '',
    ...table(
      ['detector', ...stages],
      [
        ...detectors.map((each) => [
          titleOf(each),
          ...stages.map((stage) => {
            const recall = each.byStage[stage]?.recall;
            return recall ? percent(recall, true) : '';
          }),
        ]),
        [
          '*the article, its own detector*',
          ...stages.map((stage) => `*${Math.round(articleStages[stage] * 100)}%*`),
        ],
      ],
    ),
  ];
}

function channelsOf({ programs }: ScoredBoard): readonly Channel[] {
  return [...new Set(programs.flatMap(({ channel }) => channel ?? []))];
}

function breakdownTable<Key extends string>(
  detectors: readonly ScoredDetector[],
  keys: readonly Key[],
  of: (detector: ScoredDetector, key: Key) => Metrics | undefined,
): string[] {
  const there = keys.filter((key) => detectors.some((each) => (of(each, key)?.pairRate.n ?? 0) > 0));
  const sizes = there.map(
    (key) => detectors.map((each) => of(each, key)?.pairRate.n ?? 0).find((n) => n > 0) ?? 0,
  );
  return table(
    ['detector', ...there.map((key, index) => `${key} (${sizes[index]})`)],
    detectors.map((each) => [titleOf(each), ...there.map((key) => percentOf(of(each, key)?.pairRate))]),
  );
}

function otherLines(detectors: readonly ScoredDetector[]): string[] {
  if (detectors.length === 0) return [];
  return [
    '',
    '## Other Node lines',
    '',
    ...table(
      [
        'detector',
        'runtime',
        'pairs',
        'pair rate',
        'recall',
        'false alarms, fixes',
        'exact line',
        'no answer',
      ],
      detectors.map((each) => [
        each.title,
        each.runtime,
        String(each.all.pairRate.n),
        percent(each.all.pairRate),
        percent(each.all.recall),
        percent(each.all.falseAlarmsOnFixes),
        each.hasLines ? percent(each.all.exactLine) : 'names none',
        String(each.all.noAnswer.k),
      ]),
    ),
  ];
}

function noAnswers(detectors: readonly ScoredDetector[]): string[] {
  const some = detectors.filter(({ noAnswers: none }) => none.length > 0);
  if (some.length === 0) return [];
  return [
    '',
    '## Without an answer',
    '',
    'A crash or a time-out is a miss, or no silence. Where a runtime does not have what a program needs, that says something about the runtime, not about its detector.',
    '',
    ...some.flatMap(({ title, noAnswers: none }) => [
      `<details><summary>${title}: ${none.length}</summary>`,
      '',
      ...none.map(({ path, end, problem }) => `- \`${path}\`: ${end}, ${inline(problem)}`),
      '',
      '</details>',
      '',
    ]),
  ];
}

function setups(detectors: readonly ScoredDetector[]): string[] {
  return [
    '',
    '## Set-up of each detector',
    '',
    ...detectors.map((each) => `- **${each.title}** ${each.version}: ${each.configuration}.`),
  ];
}

function inline(text: string): string {
  const first = text.split('\n')[0] ?? '';
  return (first.length > 160 ? `${first.slice(0, 157)}...` : first)
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');
}
