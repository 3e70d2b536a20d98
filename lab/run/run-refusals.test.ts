import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { families, kinds } from '../contract.ts';
import { leaklab, refused } from '../fixtures/cli.ts';
import { catalogue, decoy, fix, pattern, stopped, ticking } from '../fixtures/mini-catalogue.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

test.concurrent.each([
  {
    what: 'drift',
    changes: { 'fixes/timer/clock.ts': fix(stopped.replace(/ \/\/ FIX.*/, '')) },
    problem:
      'ROOT/fixes/timer/clock.ts:3: pattern and fix differ here without a comment `// FIX: …`: `  clearInterval(clock);`',
    next: 'make both alike, or say in a comment in the fix what was fixed',
  },
  {
    what: 'an unknown family',
    changes: { 'patterns/clocks/clock.ts': pattern(ticking) },
    problem: 'patterns/clocks: unknown family "clocks"',
    next: `the families are ${families.join(', ')}`,
  },
  {
    what: 'a missing fix',
    changes: { 'fixes/timer/clock.ts': undefined, 'fixes/timer/quiet.decoy.ts': decoy(stopped) },
    problem: 'patterns/timer/clock.ts: no fix',
    next: 'write fixes/timer/clock.ts, the same program fixed',
  },
  {
    what: 'a marker without a kind',
    changes: { 'patterns/timer/clock.ts': pattern(ticking.replace('LEAK: timer', 'LEAK')) },
    problem: 'patterns/timer/clock.ts:6: marker without a known kind: `// LEAK`',
    next: `write \`// LEAK: <kind>\` or \`// LEAK: <kind> x3\`, with one of ${kinds.join(', ')}`,
  },
  {
    what: 'a citation that is not listed',
    changes: { 'patterns/timer/clock.ts': pattern(ticking, { seenIn: ['acme/bell#7'] }) },
    problem: 'patterns/timer/clock.ts: cites acme/bell#7, which is not in docs/sources.json',
    next: 'open the report, then add its ref, title and url there',
  },
])('$what: nothing is run, and the JUnit file of last time is left as it was', async (fault) => {
  const root = folder({ ...catalogue(fault.changes), 'old.xml': '<old/>' });
  const told = await leaklab(['run', '--catalogue', '.', '--junit', 'old.xml'], root);
  expect(told).toEqual(refused(fault.problem.replace('ROOT', root), fault.next));
  expect(readFileSync(join(root, 'old.xml'), 'utf8')).toBe('<old/>');
});

test.concurrent('an unknown name: no JUnit file is written', async () => {
  const root = folder(catalogue());
  const told = await leaklab(['run', 'timer/cloc', '--catalogue', '.', '--junit', 'new.xml', '--json'], root);
  expect(told).toEqual(refused('no program or family "timer/cloc"', 'did you mean timer/clock?'));
  expect(readdirSync(root).toSorted()).toEqual(['docs', 'fixes', 'patterns']);
});

test.concurrent('a folder without a catalogue', async () => {
  const root = folder();
  const list = join(root, 'docs', 'sources.json');
  expect(await leaklab(['run', '--catalogue', '.'], root)).toEqual(
    refused(
      `${list}: ENOENT: no such file or directory, open '${list}'`,
      'it holds a list of { "ref", "title", "url" }',
    ),
  );
});

test.concurrent(
  'a JUnit file that can not be written: no result is printed as if all were well',
  async () => {
    const root = folder(catalogue());
    const told = await leaklab(['run', '--catalogue', '.', '--json', '--junit', 'docs'], root);
    const stderr = told.stderr
      .split('\n')
      .filter((line) => !line.startsWith('✓'))
      .join('\n');
    expect({ ...told, stderr }).toEqual(
      refused(
        `${join(root, 'docs')} can't be written: EISDIR: illegal operation on a directory, open '${join(root, 'docs')}'`,
        'name a file in a folder that you may write to',
      ),
    );
  },
);
