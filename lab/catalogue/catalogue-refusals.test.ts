import { describe, expect, test } from 'vitest';
import { families } from '../contract.ts';
import { leaklab, refused } from '../fixtures/cli.ts';
import {
  catalogue,
  decoy,
  fix,
  pattern,
  stopped,
  ticking,
  unrefd,
  wrongFix,
} from '../fixtures/mini-catalogue.ts';
import { refusal } from '../fixtures/refusal.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { readCatalogue } from './catalogue.ts';

const folder = tempFolders();
const elsewhere = 'programs end in .ts; move other files elsewhere';
const suffixes = 'name it <name>.ts, <name>.decoy.ts or <name>.wrong-<how>.ts';

describe('refused is', () => {
  test.each([
    {
      what: 'an unknown family',
      changes: { 'patterns/timers/bell.ts': pattern(ticking) },
      problem: 'patterns/timers: unknown family "timers"',
      next: `the families are ${families.join(', ')}`,
    },
    {
      what: 'an unknown family of fixes',
      changes: { 'fixes/Timer/bell.decoy.ts': decoy(stopped) },
      problem: 'fixes/Timer: unknown family "Timer"',
      next: `the families are ${families.join(', ')}`,
    },
    {
      what: 'a file in place of a folder',
      changes: { 'patterns/stream': '' },
      problem: 'patterns/stream: not a folder',
      next: 'programs stand in patterns/<family>/<name>.ts',
    },
    {
      what: 'a stray file among the patterns',
      changes: { 'patterns/timer/README.md': '# Timers' },
      problem: 'patterns/timer/README.md: no program',
      next: elsewhere,
    },
    {
      what: 'a stray file among the fixes',
      changes: { 'fixes/timer/clock.js': '' },
      problem: 'fixes/timer/clock.js: no program',
      next: elsewhere,
    },
    {
      what: 'a pattern without a fix',
      changes: { 'fixes/timer/clock.ts': undefined, 'fixes/timer/clock.decoy.ts': decoy(stopped) },
      problem: 'patterns/timer/clock.ts: no fix',
      next: 'write fixes/timer/clock.ts, the same program fixed',
    },
    {
      what: 'a fix without a pattern',
      changes: { 'fixes/timer/bell.ts': fix(stopped) },
      problem: 'fixes/timer/bell.ts: no pattern timer/bell to fix',
      next: 'write patterns/timer/bell.ts, or name the file after its pattern',
    },
    {
      what: 'a wrong fix without a pattern',
      changes: { 'fixes/timer/bell.wrong-unref.ts': wrongFix(ticking) },
      problem: 'fixes/timer/bell.wrong-unref.ts: no pattern timer/bell to fix',
      next: 'write patterns/timer/bell.ts, or name the file after its pattern',
    },
    {
      what: 'a decoy with a marker',
      changes: { 'fixes/timer/bell.decoy.ts': decoy(ticking) },
      problem: 'fixes/timer/bell.decoy.ts: a decoy has a marker',
      next: 'remove the marker; only patterns and wrong fixes leak',
    },
    {
      what: 'a wrong fix without a marker',
      changes: { 'fixes/timer/clock.wrong-unref.ts': wrongFix(unrefd.replace(' // LEAK: timer', '')) },
      problem: 'fixes/timer/clock.wrong-unref.ts: a wrong-fix without a marker',
      next: 'mark the line that still leaks: `// LEAK: <kind>`',
    },
    {
      what: 'a decoy that does not say what it is',
      changes: { 'fixes/timer/bell.decoy.ts': fix(stopped) },
      problem:
        'fixes/timer/bell.decoy.ts: its doc comment begins "Fixed: it is stopped." and has the parts none',
      next: 'a decoy has its story in one sentence, then **Looks like a leak**, **Is none because**',
    },
    {
      what: 'a fix with a marker',
      changes: { 'fixes/timer/clock.ts': fix(ticking) },
      problem: 'fixes/timer/clock.ts: a fix has a marker',
      next: 'remove the marker; only patterns and wrong fixes leak',
    },
    {
      what: 'a pattern without a marker',
      changes: { 'patterns/timer/clock.ts': pattern(stopped) },
      problem: 'patterns/timer/clock.ts: a pattern without a marker',
      next: 'mark the line that leaks: `// LEAK: <kind>`',
    },
    {
      what: 'a citation that is not on the list',
      changes: {
        'patterns/timer/clock.ts': pattern(ticking, { seenIn: ['acme/clock#1', 'acme/bell@1a2b3c4'] }),
      },
      problem: 'patterns/timer/clock.ts: cites acme/bell@1a2b3c4, which is not in docs/sources.json',
      next: 'open the report, then add its ref, title and url there',
    },
    {
      what: 'an unknown role',
      changes: { 'fixes/timer/clock.slow.ts': fix(stopped) },
      problem: 'fixes/timer/clock.slow.ts: unknown role "slow"',
      next: suffixes,
    },
    {
      what: 'a role with more behind it',
      changes: { 'fixes/timer/clock.decoy.two.ts': fix(stopped) },
      problem: 'fixes/timer/clock.decoy.two.ts: unknown role "decoy.two"',
      next: suffixes,
    },
    {
      what: 'a wrong fix that does not say how',
      changes: { 'fixes/timer/clock.wrong-.ts': fix(ticking) },
      problem: 'fixes/timer/clock.wrong-.ts: unknown role "wrong-"',
      next: suffixes,
    },
    {
      what: 'metadata without a program',
      changes: { 'patterns/timer/clock.ts': pattern(ticking).replace('export async function', 'function') },
      problem: 'patterns/timer/clock.ts: no `run` is exported',
      next: 'export async function run(lab: Lab): Promise<Outcome>',
    },
    {
      what: 'a program without metadata',
      changes: { 'patterns/timer/clock.ts': fix(ticking) },
      problem: 'patterns/timer/clock.ts: no `pattern` is exported',
      next: 'export const pattern = { … } satisfies Pattern',
    },
    {
      what: 'a program that throws when it is loaded',
      changes: { 'patterns/timer/clock.ts': `${pattern(ticking)}throw new Error('no clock');\n` },
      problem: "patterns/timer/clock.ts: can't be loaded: no clock",
      next: 'node patterns/timer/clock.ts shows where',
    },
  ])('$what', async ({ changes, problem, next }) => {
    const root = folder(catalogue(changes));
    expect(await refusal(() => readCatalogue(root))).toEqual({ problem, next });
  });

  test.each(['patterns', 'fixes'])('a folder without %s', async (missing) => {
    const root = folder(
      Object.fromEntries(Object.entries(catalogue()).filter(([path]) => !path.startsWith(missing))),
    );
    expect(await refusal(() => readCatalogue(root))).toEqual({
      problem: `${missing}/ is missing`,
      next: 'run this in a clone of the repository',
    });
  });

  test.concurrent.each([
    ['calls process.exit', 'process.exit(0);'],
    ['waits for ever', 'await new Promise(() => {});'],
  ])('a pattern that %s when it is loaded', async (_, line) => {
    const root = folder(catalogue({ 'patterns/timer/clock.ts': `${pattern(ticking)}${line}\n` }));
    const told = await leaklab(['corpus', '--catalogue', root], root);
    const stderr = told.stderr.replace(/^Warning: .*?\n\n+/s, '');
    expect({ ...told, stderr }).toEqual(
      refused(
        'patterns/timer/clock.ts: the program ended the process while it was loaded',
        'move its code into `run`',
      ),
    );
  });
});
