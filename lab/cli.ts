#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { checkCommand, checkHelp } from './check/check-command.ts';
import { ciCommand, ciHelp } from './ci/ci-command.ts';
import { moduleBeside } from './module-beside.ts';
import { reportCommand, reportHelp } from './report/report-command.ts';
import { studyCommand, studyHelp } from './study/study-command.ts';
import { UsageError } from './usage-error.ts';
import type { Verbs } from './verb.ts';
import { workshopCommand, workshopHelp } from './workshop/workshop-command.ts';

const ofRepository = await repositoryVerbs();
const verbs: Verbs = {
  ...(ofRepository ?? (await import('./installed-verbs.ts')).verbs),
  check: { summary: 'any module or program under the detector', help: checkHelp, run: checkCommand },
  report: { summary: 'what test runners have found, put together', help: reportHelp, run: reportCommand },
  ci: { summary: 'the tests of all packages on all Nodes, with one report', help: ciHelp, run: ciCommand },
  study: { summary: 'a pair on the terminal, run live', help: studyHelp, run: studyCommand },
  workshop: { summary: 'exercises: find the leak, then mend it', help: workshopHelp, run: workshopCommand },
};

/** None where the package is installed: they need the catalogue, and what only developers of it have. */
async function repositoryVerbs(): Promise<Verbs | undefined> {
  const file = moduleBeside(import.meta.url, 'repository-verbs');
  if (!existsSync(file)) return undefined;
  // by its path: else they would be built into the package
  return ((await import(pathToFileURL(file).href)) as { verbs: Verbs }).verbs;
}

function unknownVerb(name: string): UsageError {
  const known = `one of ${Object.keys(verbs).join(', ')}`;
  return new UsageError(
    `no verb ${JSON.stringify(name)}`,
    ofRepository ? known : `${known}; the others work in a clone of the repository`,
  );
}

function overview(): string {
  const rows = Object.entries(verbs).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
  return `usage: leaklab <verb> […]\n\n${rows.join('\n')}\n\nleaklab <verb> --help says more`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(`${overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw unknownVerb(name);
  if (args.includes('--help')) {
    process.stdout.write(`${verb.help}\n`);
    return 0;
  }
  return verb.run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // node:util parseArgs throws TypeErrors that say what is wrong
  const isUsage =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  process.stderr.write(`leaklab: ${error.message}\n`);
  process.stderr.write(
    `next: ${error instanceof UsageError ? error.next : 'leaklab <verb> --help lists the options'}\n`,
  );
  process.exitCode = 2;
}
