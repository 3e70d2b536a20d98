import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refusal } from '../fixtures/refusal.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { assertNoDrift } from './drift.ts';

const folder = tempFolders();
const next = 'make both alike, or say in a comment in the fix what was fixed';

/** Compares two sources where they would stand in a catalogue. */
function compare(pattern: string, fix: string): { check: () => void; patternFile: string; fixFile: string } {
  const root = folder({ 'patterns/timer/a.ts': pattern, 'fixes/timer/a.ts': fix });
  const [patternFile, fixFile] = [join(root, 'patterns/timer/a.ts'), join(root, 'fixes/timer/a.ts')];
  return { check: () => assertNoDrift(patternFile, fixFile), patternFile, fixFile };
}

const clock = `const clock = setInterval(tick, 5);
await work();
return { done: true };
`;

test.each([
  { what: 'the same', fix: clock },
  {
    what: 'one line added that says why',
    fix: clock.replace('return', 'clearInterval(clock); // FIX: stopped\nreturn'),
  },
  {
    what: 'lines changed below a comment that says why',
    fix: clock.replace(
      'await work();',
      '// FIX: stopped, also on errors\ntry {\n  await work();\n} finally {\n  clearInterval(clock);\n}',
    ),
  },
  {
    what: 'a line left out, with a comment in its place',
    fix: clock.replace(/^const.*$/m, '// FIX: no one reads the clock'),
  },
  { what: 'spaces at the end of a line, and empty lines', fix: clock.replace('5);', '5);  \n\n') },
  { what: 'other ends of lines', fix: clock.replaceAll('\n', '\r\n') },
])('no drift: $what', ({ fix }) => {
  expect(compare(clock, fix).check).not.toThrow();
});

test('no drift: the opening comment, the metadata and the markers', () => {
  const pattern = `/**
 * A clock ticks on.
 *
 * **What leaks** The interval.
 */
export const pattern = {
  title: 'Clock',
} satisfies Pattern;

const clock = setInterval(tick, 5); // LEAK: timer x2
const other = clock; // ALSO
`;
  const fix = `/** Fixed. */
const clock = setInterval(tick, 5);
const other = clock;
`;
  expect(compare(pattern, fix).check).not.toThrow();
});

test('no drift: imports', () => {
  const pattern = `import type { Outcome, Pattern } from '../contract.ts';
import {
  once,
  on,
} from 'node:events';
import { WaitGroup } from './wait-group.ts';
start();
`;
  const fix = `import { once } from 'node:events';
import { WaitGroup } from '../../patterns/timer/wait-group.ts';
start();
`;
  expect(compare(pattern, fix).check).not.toThrow();
});

test('no drift: the same sibling, imported where it is needed', () => {
  const pattern = `const { WaitGroup } = await import('./wait-group.ts');\n`;
  const fix = `const { WaitGroup } = await import('../../patterns/timer/wait-group.ts');\n`;
  expect(compare(pattern, fix).check).not.toThrow();
});

test('drift: another sibling, imported where it is needed', async () => {
  const pattern = `const { WaitGroup } = await import('./wait-group.ts');\n`;
  const { check, fixFile } = compare(pattern, pattern);
  const { problem } = await refusal(check);
  expect(problem).toMatch(new RegExp(`^${fixFile}:1: pattern and fix differ here `));
});

test.each([
  {
    what: 'a renamed variable',
    fix: clock.replace('const clock', 'const ticker'),
    at: 'fix:1',
    line: 'const ticker = setInterval(tick, 5);',
  },
  {
    what: 'a line more',
    fix: clock.replace('return', 'clearInterval(clock);\nreturn'),
    at: 'fix:3',
    line: 'clearInterval(clock);',
  },
  { what: 'a line less', fix: clock.replace('await work();\n', ''), at: 'pattern:2', line: 'await work();' },
  {
    what: 'a second change far from the one that says why',
    fix: clock.replace('5);', '6); // FIX: slower').replace('true', 'false'),
    at: 'fix:3',
    line: 'return { done: false };',
  },
  {
    what: 'a FIX that says nothing',
    fix: clock.replace('5);', '6); // FIX:'),
    at: 'fix:1',
    line: 'const clock = setInterval(tick, 6); // FIX:',
  },
  { what: 'another indent', fix: clock.replace('await', '  await'), at: 'fix:2', line: '  await work();' },
])('drift: $what', async ({ fix, at, line }) => {
  const { check, patternFile, fixFile } = compare(clock, fix);
  const where = at.replace('pattern', patternFile).replace('fix:', `${fixFile}:`);
  expect(await refusal(check)).toEqual({
    problem: `${where}: pattern and fix differ here without a comment \`// FIX: …\`: \`${line}\``,
    next,
  });
});

test('drift is named by its line in the file, below all that is left out', async () => {
  const pattern = `/**
 * A clock ticks on.
 */
import { tick } from './tick.ts';

export const pattern = {
  title: 'Clock',
} satisfies Pattern;

start();
`;
  const { check, patternFile } = compare(pattern, '/** Fixed. */\n');
  expect(await refusal(check)).toEqual({
    problem: `${patternFile}:10: pattern and fix differ here without a comment \`// FIX: …\`: \`start();\``,
    next,
  });
});

describe('a wrong fix', () => {
  const tried = (fix: string): (() => void) => {
    const root = folder({ 'patterns/timer/a.ts': clock, 'fixes/timer/a.wrong-unref.ts': fix });
    const files = [join(root, 'patterns/timer/a.ts'), join(root, 'fixes/timer/a.wrong-unref.ts')] as const;
    return () => assertNoDrift(...files, 'wrong-fix');
  };

  test('says what was tried where it differs', () => {
    expect(tried(clock.replace('5);', '5).unref(); // TRIED: the process can end'))).not.toThrow();
  });

  test('is no fix: the comment of one explains nothing', () => {
    const fix = tried(clock.replace('5);', '5).unref(); // FIX: the process can end'));
    expect(fix).toThrow('without a comment `// TRIED: …`');
  });
});
