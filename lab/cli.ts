#!/usr/bin/env node
import { whyUnsupported } from '../detector/engine/supported.ts';
import { codeOf } from './shared/error-message.ts';
import { UsageError } from './shared/usage-error.ts';
import { someNeedClone, verbs } from './verbs.ts';

function unknownVerb(name: string): UsageError {
  const known = `one of ${[...verbs.keys()].join(', ')}`;
  return new UsageError(
    `no verb ${JSON.stringify(name)}`,
    someNeedClone ? `${known}; the others work in a clone of the repository` : known,
  );
}

function overview(): string {
  const rows = [...verbs].map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
  return `usage: leaklab <verb> […]\n\n${rows.join('\n')}\n\nleaklab <verb> --help has the options`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(`${overview()}\n`);
    return name === undefined ? 2 : 0;
  }
  const listed = verbs.get(name);
  if (!listed) throw unknownVerb(name);
  const unsupported = whyUnsupported(process.versions);
  if (unsupported !== undefined) throw new UsageError(unsupported, 'run it with that Node.js');
  const { verb } = await listed.load();
  if (args.includes('--help')) {
    process.stdout.write(`${(await verb.helpOf?.(args)) ?? verb.help}\n`);
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
    (error instanceof TypeError && codeOf(error)?.startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  process.stderr.write(`leaklab: ${error.message}\n`);
  process.stderr.write(
    `next: ${error instanceof UsageError ? error.next : 'leaklab <verb> --help lists the options'}\n`,
  );
  process.exitCode = 2;
}
