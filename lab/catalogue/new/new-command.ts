import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../shared/project-root.ts';
import { families } from '../../contract.ts';
import { UsageError } from '../../shared/usage-error.ts';
import type { Verb } from '../../verb.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { fixTemplate, patternTemplate } from './templates.ts';

const newHelp = `usage: leaklab new FAMILY/NAME [--json] [--catalogue FOLDER]

Writes a pattern and its fix for you to fill in. The catalogue can't be read until the bug that the pattern cites is in
docs/sources.json and each part of its comment is written. The pair passes when its programs do what they say.

  --json              one JSON document, version 1: the files that were written
  --catalogue FOLDER  the folder that holds patterns/, fixes/ and docs/sources.json; default this project

exit code: 0 both are written; 1 is not used; 2 used wrongly, or the pair exists already`;

export const verb: Verb = { help: newHelp, run: newCommand };

/** Runs `leaklab new`, prints to standard output, and returns the exit code. */
async function newCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      catalogue: { type: 'string', default: projectRoot },
    },
  });
  const [id, ...more] = positionals;
  const example = 'leaklab new timer/reminder-never-cancelled';
  if (id === undefined || more.length > 0)
    throw new UsageError(`expected one id, got ${positionals.length}`, example);
  const [family = '', name = '', ...rest] = id.split('/');
  if (!families.some((each) => each === family))
    throw new UsageError(
      `unknown family ${JSON.stringify(family)}`,
      `the families are ${families.join(', ')}`,
    );
  if (rest.length > 0 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is no name for a pair`,
      `write it in small letters with hyphens, as in ${example}`,
    );
  }
  const root = resolve(values.catalogue);
  const files = [
    { path: `patterns/${id}.ts`, text: patternTemplate },
    { path: `fixes/${id}.ts`, text: fixTemplate },
  ];
  const taken = files.find(({ path }) => existsSync(join(root, path)));
  if (taken) throw new UsageError(`${taken.path} is there already`, 'choose another name');
  for (const { path, text } of files) writeWhole(join(root, path), text);
  const written = files.map(({ path }) => path);
  const next = `next: fill both in, then leaklab prove ${id}; CONTRIBUTING.md has the steps`;
  process.stdout.write(
    `${values.json ? JSON.stringify({ version: 1, files: written }) : [...written, next].join('\n')}\n`,
  );
  return 0;
}
