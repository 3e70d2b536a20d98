#!/usr/bin/env node
import { checkCommand, checkHelp } from './check/check-command.ts';
import { corpusCommand, corpusHelp } from './corpus/corpus-command.ts';
import { proveCommand, proveHelp } from './oracle/prove-command.ts';
import { newCommand, newHelp } from './new/new-command.ts';
import { runCommand, runHelp } from './run/run-command.ts';
import { scoreCommand, scoreHelp } from './score/score-command.ts';
import { UsageError } from './usage-error.ts';

interface Verb {
  readonly summary: string;
  readonly help: string;
  run(args: string[]): Promise<number>;
}

const verbs: Readonly<Record<string, Verb>> = {
  run: { summary: 'every pattern caught at its line, every fix clean', help: runHelp, run: runCommand },

  prove: {
    summary: 'the oracle: what grows when it is done again',
    help: proveHelp,
    run: proveCommand,
  },
  corpus: { summary: 'the manifest, for other tools', help: corpusHelp, run: corpusCommand },
  new: { summary: 'a pattern and its fix, to be filled in', help: newHelp, run: newCommand },
  score: { summary: 'detectors against the catalogue', help: scoreHelp, run: scoreCommand },
  check: { summary: 'any module or program under the detector', help: checkHelp, run: checkCommand },
};

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
  if (!verb)
    throw new UsageError(`no verb ${JSON.stringify(name)}`, `one of ${Object.keys(verbs).join(', ')}`);
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
