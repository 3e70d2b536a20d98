import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../contract.ts';
import { judgeAnswer, subtract, type Outcome } from './judge-answer.ts';
import { letterOf, meaningOf } from './letters.ts';
import type { Placed, RunEnd } from './recorded.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);
const markers = { leaks: [{ kind: 'timer', line: 6, count: 1 }], also: [4] } as const;

function judged(
  role: Role,
  findings: readonly Placed[],
  end: RunEnd = 'answered',
  control: readonly Placed[] = [],
): { outcome: Outcome; kind: boolean } {
  const { outcome, isKindRight } = judgeAnswer(
    { role, markers: role === 'pattern' || role === 'wrong-fix' ? markers : { leaks: [], also: [] } },
    { end, findings },
    { end: 'answered', findings: control },
  );
  return { outcome, kind: isKindRight };
}

const stdout: Placed = { type: 'Socket', count: 2, at: 'nowhere' };

describe('a program that leaks', () => {
  test.each<[string, Placed[], Outcome, boolean]>([
    ['at its line', [{ kind: 'timer', count: 1, line: 6 }], 'exact', true],
    ['at its line, with a name that can mean it', [{ type: 'Timeout', count: 1, line: 6 }], 'exact', true],
    ['at its line, as something else', [{ type: 'TCPWRAP', count: 1, line: 6 }], 'exact', false],
    ['where ALSO stands', [{ kind: 'timer', count: 1, line: 4 }], 'near', true],
    [
      'at its line and elsewhere',
      [
        { count: 1, line: 9 },
        { count: 1, line: 6 },
      ],
      'exact',
      false,
    ],
    ['at another line', [{ kind: 'timer', count: 1, line: 9 }], 'caught', true],
    ['without a line', [{ type: 'Timeout', count: 1, at: 'nowhere' }], 'caught', true],
    ['without anything', [{ count: 1, at: 'nowhere' }], 'caught', false],
    // a detector that looks at promises sees a timer of node:timers/promises as one
    ['in what runs it', [{ type: 'PROMISE', count: 1, at: 'runner' }], 'caught', true],
    ['only in a program beside it', [{ kind: 'timer', count: 1, at: 'neighbour' }], 'missed', false],
    ['not at all', [], 'missed', false],
  ])('reported %s', (_, findings, outcome, kind) => {
    expect(judged('pattern', findings)).toEqual({ outcome, kind });
    expect(judged('wrong-fix', findings)).toEqual({ outcome, kind });
  });
});

test.each(['fix', 'decoy'] as const)('a %s is silent, or a false alarm', (role) => {
  expect(judged(role, [])).toEqual({ outcome: 'silent', kind: false });
  expect(judged(role, [{ type: 'Timeout', count: 1, line: 6 }])).toEqual({
    outcome: 'false alarm',
    kind: false,
  });
});

test.each(['crashed', 'timed out'] as const)('a run that %s has no answer, whatever it has said', (end) => {
  for (const role of ['pattern', 'fix', 'decoy', 'wrong-fix'] as const)
    expect(judged(role, [{ kind: 'timer', count: 1, line: 6 }], end)).toEqual({
      outcome: 'no answer',
      kind: false,
    });
});

test('a tool that was killed after its answer is judged by it', () => {
  expect(judged('pattern', [{ kind: 'timer', count: 1, line: 6 }], 'hung').outcome).toBe('exact');
  expect(judged('fix', [], 'hung').outcome).toBe('silent');
});

describe('findings on a program that does nothing', () => {
  test('are subtracted', () => {
    expect(judged('fix', [stdout], 'answered', [stdout]).outcome).toBe('silent');
    expect(judged('pattern', [stdout], 'answered', [stdout]).outcome).toBe('missed');
  });
  test('are subtracted as often as they were reported', () => {
    expect(subtract([{ ...stdout, count: 3 }], [stdout])).toEqual([{ ...stdout, count: 1 }]);
    expect(subtract([stdout, stdout], [stdout])).toEqual([stdout]);
    expect(subtract([{ ...stdout, type: 'Pipe' }], [stdout])).toEqual([{ ...stdout, type: 'Pipe' }]);
  });
  test('never remove a finding with a line of the program', () => {
    const timer: Placed = { type: 'Timeout', count: 1, line: 6 };
    expect(subtract([timer], [{ type: 'Timeout', count: 1, line: 6 }])).toEqual([timer]);
  });
});

const finding = record({
  type: constantFrom('Timeout', 'TCPWRAP'),
  count: integer({ min: 1, max: 3 }),
  at: constantFrom<NonNullable<Placed['at']>>('nowhere', 'elsewhere', 'runner'),
});

test(`subtraction: nothing of nothing, all of itself, and never more than there was (seed ${seed})`, () => {
  const total = (findings: readonly Placed[]): number => findings.reduce((sum, { count }) => sum + count, 0);
  assert(
    property(array(finding), array(finding), (findings, control) => {
      expect(subtract(findings, [])).toEqual(findings);
      expect(subtract(findings, findings)).toEqual([]);
      const left = total(subtract(findings, control));
      expect(left).toBeLessThanOrEqual(total(findings));
      expect(left).toBeGreaterThanOrEqual(total(findings) - total(control));
    }),
    { seed },
  );
});

test(`more findings never turn a catch into a miss (seed ${seed})`, () => {
  const rank: readonly Outcome[] = ['missed', 'caught', 'near', 'exact'];
  const anywhere = array(
    record({
      type: constantFrom('Timeout', 'TCPWRAP'),
      count: integer({ min: 1, max: 3 }),
      line: integer({ min: 1, max: 8 }),
    }),
  );
  assert(
    property(anywhere, anywhere, (some, others) => {
      const before = rank.indexOf(judged('pattern', some).outcome);
      expect(rank.indexOf(judged('pattern', [...some, ...others]).outcome)).toBeGreaterThanOrEqual(before);
    }),
    { seed },
  );
});

test('an outcome is a letter, a capital where the kind is right, and a letter has a meaning', () => {
  expect(letterOf({ outcome: 'exact', isKindRight: true })).toBe('X');
  expect(letterOf({ outcome: 'caught', isKindRight: false })).toBe('c');
  expect(letterOf({ outcome: 'false alarm', isKindRight: false })).toBe('!');
  expect('XnC-.!? '.split('').map(meaningOf)).toEqual([
    'exact, right kind',
    'near',
    'caught, right kind',
    'missed',
    'silent',
    'false alarm',
    'no answer',
    'not run',
  ]);
});
