import { parseArgs } from 'node:util';
import { nearest } from '../../detector/internal.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import type { View } from './views/view-commands.ts';

interface SubCommand {
  /** Half a line for the overview. */
  readonly summary: string;
  load(): Promise<{ readonly verb: Verb }>;
}

/** The sub-commands, in the order of the overview. */
const subCommands: Readonly<Record<string, SubCommand>> = {
  add: { summary: 'add a run of the tests, from its reports', load: () => import('./add/add-command.ts') },
  check: {
    summary: 'fail when a run has more causes than the target branch',
    load: () => import('./ratchet/check-command.ts'),
  },
  heat: { summary: 'show a heat map of causes and weeks', load: () => viewVerb('heat') },
  trend: { summary: 'show new, fixed and reopened causes of each week', load: () => viewVerb('trend') },
  priorities: { summary: 'show what to fix first', load: () => viewVerb('priorities') },
  page: { summary: 'write all of these as one HTML file', load: () => viewVerb('page') },
  import: {
    summary: 'add the runs of a file to a PostgreSQL',
    load: async () => ({ verb: (await import('./transfer-commands.ts')).importVerb }),
  },
  export: {
    summary: 'add the runs of a PostgreSQL to a file',
    load: async () => ({ verb: (await import('./transfer-commands.ts')).exportVerb }),
  },
};

async function viewVerb(view: View): ReturnType<SubCommand['load']> {
  const { verbOf } = await import('./views/view-verbs.ts');
  return { verb: verbOf(view) };
}

const rows = Object.entries(subCommands).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`);

const historyHelp = `usage: leaklab history <sub-command> […] [--json] [--help]

Keeps every leak of every run in a file that git merges, or in a PostgreSQL: since when, where, how often, who
changed the line, which commit fixed it.

${rows.join('\n')}

  --json       as JSON
  --help       the options of the sub-command, after its name

exit code: 0 done, or no rise; 1 a rise; 2 used wrongly, or the history can't be used`;

export const verb: Verb = { help: historyHelp, run: historyCommand, helpOf };

async function historyCommand([name, ...args]: string[]): Promise<number> {
  const known = Object.keys(subCommands);
  if (name === undefined) throw new UsageError('no sub-command', `one of ${known.join(', ')}`);
  // an option comes after the sub-command; an unknown one is refused as everywhere
  if (name.startsWith('-'))
    parseArgs({ args: [name], allowPositionals: true, options: { json: { type: 'boolean' } } });
  const found = await subCommand(name);
  if (!found) throw new UsageError(`history has no ${JSON.stringify(name)}`, nearest(name, known));
  return found.run(args);
}

async function helpOf([name = '']: readonly string[]): Promise<string | undefined> {
  return (await subCommand(name))?.help;
}

async function subCommand(name: string): Promise<Verb | undefined> {
  if (!Object.hasOwn(subCommands, name)) return undefined;
  return (await subCommands[name]?.load())?.verb;
}
