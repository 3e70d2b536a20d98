/** The sub-commands of `leaklab history` that show a history. */
import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { formatRecords } from '../../shared/json-records.ts';
import { writeWhole } from '../../shared/write-file.ts';
import type { History } from '../cause-history.ts';
import { heatOf } from './heat.ts';
import { heatText } from './heat-text.ts';
import { impactOf } from './impact.ts';
import { pageOf } from './page.ts';
import { prioritiesOf } from './priorities.ts';
import { impactText, prioritiesText } from './priorities-text.ts';
import { plural, type Sheet } from './sheet.ts';
import { trendOf } from './trend.ts';
import { trendText } from './trend-text.ts';
import { groupingOf, numberOf, rankingOf, weightsOf, type Values } from './view-options.ts';

/** A sub-command that shows a history. */
export interface ViewCommand {
  /** Half a line for the overview. */
  readonly summary: string;
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
export const viewCommands: Readonly<Record<'heat' | 'trend' | 'priorities' | 'page', ViewCommand>> = {
  heat: {
    summary: 'a heat map: which cause leaked how much in which week',
    help: [byHelp, weeksHelp, topHelp(20), jsonHelp].join('\n'),
    options: { by: text, weeks: text, top: text, json },
    show: (history, values, sheet) => {
      const heat = heatOf(history, groupingOf(values), numberOf(values, 'weeks', 52));
      const top = numberOf(values, 'top', 20);
      return values['json'] === true ? asJson('heat', heat) : heatText(heat, sheet, top);
    },
  },
  trend: {
    summary: 'open, new, fixed and reopened causes of each week, their age, the time to fix',
    help: [weeksHelp, jsonHelp].join('\n'),
    options: { weeks: text, json },
    show: (history, values, sheet) => {
      const trend = trendOf(history, numberOf(values, 'weeks', 52));
      return values['json'] === true ? asJson('trend', trend) : trendText(trend, sheet);
    },
  },
  priorities: {
    summary: 'what to fix first, with the three terms of each score',
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
        return isJson ? asJson('impact', { causes }) : impactText(causes, sheet, top);
      }
      const priorities = prioritiesOf(history, weightsOf(values));
      return isJson ? asJson('priorities', priorities) : prioritiesText(priorities, sheet, top);
    },
  },
  page: {
    summary: 'all views as one HTML file that needs no network',
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

function asJson(view: string, content: object): string {
  return formatRecords({ version: 1, view, ...content });
}
