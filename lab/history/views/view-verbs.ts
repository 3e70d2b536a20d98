import { parseArgs } from 'node:util';
import { wrap } from '../../../detector/internal.ts';
import { terminalLayout } from '../../ci/formats/formats.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { readHistory } from '../read-history.ts';
import { openHistory, storeHelp, storeOptions } from '../store-options.ts';
import type { Sheet } from './sheet.ts';
import { viewCommands, type View } from './view-commands.ts';

const defaultWidth = 80;
const narrowest = 60;
const helpWidth = 112;

/** Returns the verb that reads a history and prints a view of it. */
export function verbOf(view: View): Verb {
  const { usage, about, help } = viewCommands[view];
  const text = `usage: leaklab history ${view} ${usage}
                              [--file FILE | --store URL] [--project NAME] [--branch NAME]

${wrap(about, helpWidth).join('\n')}

${help}
${storeHelp}
  --branch NAME     the runs of one branch; default all

exit code: 0; 2 used wrongly`;
  return { help: text, run: (args) => showView(view, args) };
}

async function showView(view: View, args: string[]): Promise<number> {
  const { options, show } = viewCommands[view];
  const { values } = parseArgs({ args, options: { ...options, ...storeOptions } });
  const { store, branch } = await openHistory(values);
  try {
    const history = await readHistory(store, { ...(branch !== undefined && { branch }) });
    if (history.runs.length === 0)
      throw new UsageError(`${store.name} has no runs`, 'leaklab history add reports/');
    process.stdout.write(show(history, values, sheetOf(process.stdout)));
    return 0;
  } finally {
    await store.close();
  }
}

function sheetOf(stream: NodeJS.WriteStream): Sheet {
  const { width = defaultWidth, colour = false } = terminalLayout(stream);
  return { width: Math.max(narrowest, width), hasColour: colour };
}
