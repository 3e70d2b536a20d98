import { expect, test } from 'vitest';
import { leaklab, refused, type Told } from './fixtures/cli.ts';
import { tempFolders } from './fixtures/temp-folders.ts';

const root = tempFolders()();
const verbs = [
  'run',
  'prove',
  'corpus',
  'new',
  'score',
  'check',
  'report',
  'ci',
  'history',
  'tickets',
  'incident',
  'study',
  'workshop',
];

const overview = `usage: leaklab <verb> […]

  run      run every program under the detector: leaks caught at their line, fixes silent
  prove    measure with the oracle what grows when a program runs again
  corpus   print the manifest of the catalogue, for other tools
  new      write a pattern and its fix for you to fill in
  score    score detectors against the catalogue
  check    run any module or program under the detector
  report   combine the reports of test runners into one
  ci       run the tests of all packages on all Nodes, with one report
  history  keep what leaks over time, and fail when it becomes more
  tickets  keep one ticket per cause of leaks
  incident replay an outage under load, and see which fix holds
  study    show a pair on the terminal, run live
  workshop solve exercises: find the leak, then fix it

leaklab <verb> --help has the options
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
