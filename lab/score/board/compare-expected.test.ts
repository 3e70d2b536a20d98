import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import type { Entry, Listed } from './board.ts';
import { compareExpected } from './compare-expected.ts';
import { readExpected, writeExpected } from './expected.ts';
import type { Recorded } from '../answer/recorded.ts';

const folder = tempFolders();

function listed(name: string): Listed {
  return {
    id: `timer/${name}`,
    path: `patterns/timer/${name}.ts`,
    role: 'pattern',
    family: 'timer',
    markers: { leaks: [{ kind: 'timer', line: 5, count: 1 }], also: [] },
  };
}

/** Returns the entry of a detector that catches the timers of these programs. */
function entry(runtime: string, ...names: readonly string[]): Entry {
  return {
    adapter: { way: 'executable', name: 'bell', version: '1.0.0', sees: [], command: ['sh'] },
    runtime,
    axis: 'plain',
    cost: null,
    recorded: names.map((name): Recorded => ({
      version: 1,
      key: '',
      adapter: 'bell',
      program: `patterns/timer/${name}.ts`,
      runtime,
      axis: 'plain',
      repeat: 1,
      end: 'answered',
      findings: [{ type: 'Timeout', count: 1, line: 5 }],
      ms: 1,
      raw: '',
    })),
  };
}

test('blessing a part keeps the other blessed results, as long as their programs exist', () => {
  const file = join(folder(), 'expected.json');
  const gong = { detector: 'gong', release: '1.0.0', runtime: 'node-24.0.0', programs: {} };
  writeExpected(file, [
    gong,
    {
      detector: 'bell',
      release: '0.9.0',
      runtime: 'node-24.0.0',
      programs: {
        'patterns/timer/clock.ts': '-',
        'patterns/timer/gone.ts': 'X',
        'patterns/timer/watch.ts': '-',
      },
    },
  ]);
  const all = [listed('clock'), listed('watch')];
  expect(compareExpected([entry('node-24.1.0', 'watch')], all, file, 'bless')).toBe(0);
  expect(readExpected(file)).toEqual([
    {
      detector: 'bell',
      release: '1.0.0',
      runtime: 'node-24.1.0',
      programs: { 'patterns/timer/clock.ts': '-', 'patterns/timer/watch.ts': 'X' },
    },
    gong,
  ]);
});

test('a detector without blessed results is refused', async () => {
  const file = join(folder(), 'expected.json');
  const entries = [entry('node-24.1.0', 'clock')];
  expect(await refusal(() => compareExpected(entries, [listed('clock')], file, 'check'))).toEqual({
    problem: `${file} has no expected results of bell`,
    next: 'leaklab score --adapter bell --bless writes its results of now',
  });
});

test('no comparable result is no agreement', async () => {
  const other = [entry('node-22.1.0', 'clock')];
  expect(await refusal(() => compareExpected(other, [listed('clock')], folder(), 'check'))).toEqual({
    problem: 'no result here has an expectation: only plain runs on Node 24, Deno or Bun do',
    next: 'leaklab score --check --axis plain --runtime 24',
  });
});
