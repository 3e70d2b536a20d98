/** The views of a history as sub-commands; view-verbs.ts reads the history for them. */
import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { formatRecords } from '../../shared/json-records.ts';
import { writeWhole } from '../../shared/write-file.ts';
import type { CauseHistory, History } from '../cause-history.ts';
import { heatOf, type Heat } from './heat.ts';
import { heatText } from './heat-text.ts';
import { impactOf } from './impact.ts';
import { pageOf } from './page.ts';
import { prioritiesOf } from './priorities.ts';
import { impactText, matrixNotes, prioritiesText } from './priorities-text.ts';
import { plural, type Sheet } from './sheet.ts';
import { trendOf } from './trend.ts';
import { trendText } from './trend-text.ts';
import { groupingOf, numberOf, rankingOf, weightsOf, type Values } from './view-options.ts';

/** The name of a view. */
export type View = 'heat' | 'trend' | 'priorities' | 'page';

/** A sub-command that shows a history. */
export interface ViewCommand {
  /** Half a line for the overview. */
  readonly summary: string;
  /** The options in the usage line. */
  readonly usage: string;
  /** The first paragraph of the help. */
  readonly about: string;
  /** Help text of the options. */
  readonly help: string;
  /** Options for `parseArgs`, beside those that name the history. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * Returns the text to print.
   *
   * @throws UsageError for an option that is used wrongly
   */
  show(history: History, values: Values, sheet: Sheet): string;
}

const weeksHelp = '  --weeks N         the last N weeks; default 52';
const jsonHelp = '  --json            as JSON, with every cause';
const byHelp = '  --by NAME         groups by package (the default), owner or kind';
const topHelp = (count: number): string =>
  `  --top N           the number of causes to show; default ${count}`;
const json = { type: 'boolean' } as const;
const text = { type: 'string' } as const;

/** The sub-commands by name. */
export const viewCommands: Readonly<Record<View, ViewCommand>> = {
  heat: {
    summary: 'a heat map: which cause leaked how much in which week',
    usage: '[--by package|owner|kind] [--weeks N] [--top N] [--json]',
    about: 'Shows the highest count of each cause in each week, and the sums by package, owner or kind.',
    help: [byHelp, weeksHelp, topHelp(20), jsonHelp].join('\n'),
    options: { by: text, weeks: text, top: text, json },
    show: (history, values, sheet) => {
      const heat = heatOf(history, groupingOf(values), numberOf(values, 'weeks', 52));
      const top = numberOf(values, 'top', 20);
      return values['json'] === true ? asJson('heat', shortHeat(heat)) : heatText(heat, sheet, top);
    },
  },
  trend: {
    summary: 'open, new, fixed and reopened causes of each week, their age, the time to fix',
    usage: '[--weeks N] [--json]',
    about: 'Shows the open, new, fixed and reopened causes of each week, their age, and the time to fix.',
    help: [weeksHelp, jsonHelp].join('\n'),
    options: { weeks: text, json },
    show: (history, values, sheet) => {
      const trend = trendOf(history, numberOf(values, 'weeks', 52));
      return values['json'] === true ? asJson('trend', trend) : trendText(trend, sheet);
    },
  },
  priorities: {
    summary: 'what to fix first, with the three terms of each score',
    usage: '[--weight LIST] [--rank matrix|impact] [--top N] [--json]',
    about: `Ranks the open causes: by the article's matrix of frequency, blocking time and test complexity, each score with its three terms, or by measured impact. ${matrixNotes}`,
    help: [
      '  --weight LIST     the weights of the terms; default frequency=30,blocking=40,complexity=30',
      '  --rank NAME       matrix (the default), or impact: growth, what is held, package or only a test',
      topHelp(10),
      jsonHelp,
    ].join('\n'),
    options: { weight: text, rank: text, top: text, json },
    show: (history, values, sheet) => {
      const top = numberOf(values, 'top', 10);
      const isJson = values['json'] === true;
      if (rankingOf(values) === 'impact') {
        const causes = impactOf(history);
        return isJson ? asJson('impact', { causes: shortCauses(causes) }) : impactText(causes, sheet, top);
      }
      const priorities = prioritiesOf(history, weightsOf(values));
      return isJson
        ? asJson('priorities', { ...priorities, causes: shortCauses(priorities.causes) })
        : prioritiesText(priorities, sheet, top);
    },
  },
  page: {
    summary: 'all views as one HTML file that needs no network',
    usage: '[--output FILE] [--by package|owner|kind] [--weight LIST] [--weeks N]',
    about: `Writes all views as one HTML file: it works from a disk, asks nothing of a network, and has a table beside every picture.`,
    help: [
      '  --output FILE     the file to write; default standard output',
      byHelp,
      '  --weight LIST     the weights at the start; default frequency=30,blocking=40,complexity=30',
      weeksHelp,
    ].join('\n'),
    options: { output: text, by: text, weight: text, weeks: text },
    show: (history, values) => {
      const html = pageOf(history, {
        by: groupingOf(values),
        weights: weightsOf(values),
        weeks: numberOf(values, 'weeks', 52),
      });
      const { output } = values;
      if (typeof output !== 'string') return html;
      writeWhole(resolve(output), html);
      return `${output}: ${plural(history.causes.length, 'cause')} of ${plural(history.runs.length, 'run')}\nnext: open it in a browser\n`;
    },
  },
};

/** Returns a heat map whose causes are short: what else is known of them stands in the history. */
function shortHeat({ groups, ...heat }: Heat): object {
  return {
    ...heat,
    groups: groups.map(({ causes, ...group }) => ({
      ...group,
      causes: causes.map(({ cause, ...row }) => ({ ...shortOf(cause), ...row })),
    })),
  };
}

function shortCauses(causes: readonly { readonly cause: CauseHistory }[]): readonly object[] {
  return causes.map(({ cause, ...measured }) => ({ ...shortOf(cause), ...measured }));
}

function shortOf({ cause, kind, type, place, testedPackage, owner, isInTest, fixed }: CauseHistory): object {
  return { cause, kind, type, place, testedPackage, owner, isInTest, isFixed: fixed !== undefined };
}

function asJson(view: string, content: object): string {
  return formatRecords({ version: 1, view, ...content });
}
