import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { families } from '../../contract.ts';
import { leaklab, refused } from '../../fixtures/cli.ts';
import { catalogue, fix, metadata, pattern, stopped, ticking } from '../../fixtures/mini-catalogue.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';

const folder = tempFolders();
const id = 'timer/tea-reminder';
const args = ['new', id, '--catalogue', '.'];

test.concurrent('a scaffold is refused, step by step, until it is honest', async () => {
  const root = folder(catalogue());
  const [patternFile, fixFile] = [join(root, `patterns/${id}.ts`), join(root, `fixes/${id}.ts`)];
  expect(await leaklab(args, root)).toEqual({
    code: 0,
    stderr: '',
    stdout: `patterns/${id}.ts\nfixes/${id}.ts\nnext: fill both in, then leaklab prove ${id}; CONTRIBUTING.md has the steps\n`,
  });
  const corpus = (): Promise<object> => leaklab(['corpus', id, '--catalogue', '.'], root);
  const change = (file: string, from: string | RegExp, to: string): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));

  expect(await corpus()).toEqual(
    refused(
      `patterns/${id}.ts: cites owner/repository#1, which is not in docs/sources.json`,
      'open the report, then add its ref, title and url there',
    ),
  );
  change(patternFile, 'owner/repository#1', metadata.seenIn[0]);
  expect(await corpus()).toEqual(
    refused(
      `patterns/${id}.ts: its story is "(to be written): the story in one sentence."`,
      'write the story in one sentence',
    ),
  );
  change(patternFile, '(to be written): the story in one sentence.', 'A reminder stays.');
  expect(await corpus()).toEqual(
    refused(`patterns/${id}.ts: nothing is written under **What leaks**`, 'write a sentence or two'),
  );
  change(patternFile, /\*\* \(to be written\)/g, '** A timer.');
  expect(await corpus()).toEqual(
    refused(`fixes/${id}.ts: its story is "Fixed: (to be written)."`, 'write the story in one sentence'),
  );
  change(fixFile, 'Fixed: (to be written)', 'Fixed: it is cleared');

  const told = (await leaklab(['run', id, '--catalogue', '.', '--json'], root)) as { stdout: string };
  const { programs } = JSON.parse(told.stdout) as { programs: { role: string; verdict: string }[] };
  expect(programs.map(({ role, verdict }) => [role, verdict])).toEqual([
    ['pattern', 'failed'],
    ['fix', 'failed'],
  ]);

  writeFileSync(patternFile, pattern(ticking));
  writeFileSync(fixFile, fix(stopped));
  expect(await leaklab(['run', id, '--catalogue', '.'], root)).toMatchObject({ code: 0, stderr: '' });
});

test.concurrent('--json names the files', async () => {
  const { code, stdout, stderr } = await leaklab([...args, '--json'], folder(catalogue()));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ version: 1, files: [`patterns/${id}.ts`, `fixes/${id}.ts`] });
});

describe.concurrent('refused is', () => {
  const example = 'leaklab new timer/reminder-never-cancelled';

  test.each([
    { what: 'no id', given: ['new'], problem: 'expected one id, got 0', next: example },
    {
      what: 'an unknown family',
      given: ['new', 'timers/tea'],
      problem: 'unknown family "timers"',
      next: `the families are ${families.join(', ')}`,
    },
    {
      what: 'a strange name',
      given: ['new', 'timer/Tea Time'],
      problem: '"Tea Time" is no name for a pair',
      next: `write it in small letters with hyphens, as in ${example}`,
    },
  ])('$what', async ({ given, problem, next }) => {
    const root = folder(catalogue());
    expect(await leaklab([...given, '--catalogue', '.'], root)).toEqual(refused(problem, next));
  });

  test('a pair that is there, which stays as it is', async () => {
    const root = folder(catalogue());
    const before = readFileSync(join(root, 'patterns/timer/clock.ts'), 'utf8');
    expect(await leaklab(['new', 'timer/clock', '--catalogue', '.'], root)).toEqual(
      refused('patterns/timer/clock.ts is there already', 'choose another name'),
    );
    expect(readFileSync(join(root, 'patterns/timer/clock.ts'), 'utf8')).toBe(before);
    expect(existsSync(join(root, 'patterns/timer/clock.ts.tmp'))).toBe(false);
  });
});
