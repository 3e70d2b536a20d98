import { parseArgs } from 'node:util';
import { plural } from '../ci/formats/tell.ts';
import { formatRecords } from '../shared/json-records.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import type { Block } from './records.ts';
import { openDatabase, openFile, storeHelp, storeOptions } from './store-options.ts';
import type { HistoryStore } from './store/store.ts';

const rest = `The same run twice is one, and runs of both stay.

${storeHelp}

exit code: 0 done; 2 used wrongly, or one of them can't be used: then nothing is changed`;

/** `leaklab history import`. */
export const importVerb: Verb = {
  help: `usage: leaklab history import [--file FILE] --store URL [--project NAME] [--json]

Adds the runs of a file to a PostgreSQL. ${rest}`,
  run: (args) => transfer(args, 'import'),
};

/** `leaklab history export`. */
export const exportVerb: Verb = {
  help: `usage: leaklab history export [--file FILE] --store URL [--project NAME] [--json]

Adds the runs of a PostgreSQL to a file. After an import, a new file has the same bytes. ${rest}`,
  run: (args) => transfer(args, 'export'),
};

async function transfer(args: string[], direction: 'import' | 'export'): Promise<number> {
  const { branch: _, ...options } = storeOptions;
  const { values } = parseArgs({ args, options: { ...options, json: { type: 'boolean', default: false } } });
  const file = openFile(values);
  const database = await openDatabase(values);
  try {
    const [from, to]: HistoryStore[] = direction === 'import' ? [file, database] : [database, file];
    if (!from || !to) throw new Error('two stores');
    const blocks: Block[] = [];
    for await (const block of (await from.read()).blocks) blocks.push(block);
    if (blocks.length === 0) {
      throw new UsageError(`${from.name} has no runs`, 'name another one: --file, --store, --project');
    }
    const added = await to.add(blocks);
    const count = `${added.length} of ${blocks.length} ${plural(blocks.length, 'run')}`;
    process.stdout.write(
      values.json
        ? formatRecords({ version: 1, from: from.name, to: to.name, runs: blocks.length, added })
        : `${to.name}: ${count} of ${from.name} added${added.length === blocks.length ? '' : ', the others were there'}\n`,
    );
    return 0;
  } finally {
    await database.close();
  }
}
