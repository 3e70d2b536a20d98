import { expect, test } from 'vitest';
import { leaklab, refused, type Told } from './fixtures/cli.ts';
import { tempFolders } from './fixtures/temp-folders.ts';

const root = tempFolders()();
const verbs = ['run', 'prove', 'corpus', 'new', 'score', 'check', 'report', 'ci', 'study', 'workshop'];

const overview = `usage: leaklab <verb> […]

  run      every pattern caught at its line, every fix clean
  prove    the oracle: what grows when it is done again
  corpus   the manifest, for other tools
  new      a pattern and its fix, to be filled in
  score    detectors against the catalogue
  check    any module or program under the detector
  report   what test runners have found, put together
  ci       the tests of all packages on all Nodes, with one report
  study    a pair on the terminal, run live
  workshop exercises: find the leak, then mend it

leaklab <verb> --help says more
`;

test.concurrent.each<{ args: string[]; told: Told }>([
  { args: [], told: { code: 2, stdout: overview, stderr: '' } },
  { args: ['--help'], told: { code: 0, stdout: overview, stderr: '' } },
  { args: ['help'], told: { code: 0, stdout: overview, stderr: '' } },
  { args: ['runn'], told: refused('no verb "runn"', `one of ${verbs.join(', ')}`) },
  { args: ['toString'], told: refused('no verb "toString"', `one of ${verbs.join(', ')}`) },
  { args: ['--json'], told: refused('no verb "--json"', `one of ${verbs.join(', ')}`) },
])('leaklab $args', async ({ args, told }) => {
  expect(await leaklab(args, root)).toEqual(told);
});

test.concurrent.each(verbs)('%s --help says how it is used, its options and its exit codes', async (verb) => {
  const { code, stdout, stderr } = await leaklab([verb, 'anything', '--help'], root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const parts = stdout.trimEnd().split('\n\n');
  expect(parts[0]).toMatch(new RegExp(`^usage: leaklab ${verb} \\S`));
  expect(parts.at(-2)).toMatch(/^ {2}--/);
  expect(parts.at(-1)).toMatch(/^exit codes?: 0 .*; 1 .*; 2 /s);
  const options = new Set([...stdout.matchAll(/(?<=^ {2})--[a-z]+/gm)].map(([option]) => option));
  const [usage = ''] = parts;
  expect([...usage.matchAll(/--[a-z]+/g)].map(([option]) => option).toSorted()).toEqual(
    expect.arrayContaining([...options].toSorted()) as string[],
  );
  expect(options).toContain('--json');
});

test.concurrent.each(verbs)('%s refuses an option that it does not have', async (verb) => {
  expect(await leaklab([verb, '--colour'], root)).toEqual(
    refused(
      `Unknown option '--colour'. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "--colour"`,
      'leaklab <verb> --help lists the options',
    ),
  );
});
