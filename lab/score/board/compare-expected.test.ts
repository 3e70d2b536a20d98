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

/** A detector that catches the timers of these programs. */
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

test('to bless a part leaves what was blessed of the rest, as long as that is there', () => {
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

test('a detector of which nothing was blessed is refused', async () => {
  const file = join(folder(), 'expected.json');
  const entries = [entry('node-24.1.0', 'clock')];
  expect(await refusal(() => compareExpected(entries, [listed('clock')], file, 'check'))).toEqual({
    problem: `${file} expects nothing of bell`,
    next: 'leaklab score --adapter bell --bless writes what it gives now',
  });
});

test('where nothing can be compared, that is no agreement', async () => {
  const other = [entry('node-22.1.0', 'clock')];
  expect(await refusal(() => compareExpected(other, [listed('clock')], folder(), 'check'))).toEqual({
    problem: 'nothing here has an expectation: that is of the plain program on Node 24, Deno or Bun',
    next: 'leaklab score --check --axis plain --runtime 24',
  });
});
