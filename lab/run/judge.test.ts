import { array, assert, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../detector/index.ts';
import type { Marker } from '../catalogue/markers.ts';
import { kinds } from '../contract.ts';
import type { Ending } from '../watched/messages.ts';
import { answer, file, finding, program, returned } from './fixtures/judgement.ts';
import { compareOutcomes, judge, type Verdict } from './judge.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_123);
const timer = { kind: 'timer', line: 6, count: 1 } as const;
const socket = { kind: 'socket', line: 9, count: 2 } as const;

/** The part of a judgement that is counted. */
function judged(
  markers: readonly Marker[],
  findings: readonly Finding[],
  also: readonly number[] = [],
): { verdict: Verdict; caught: boolean; kindRight: boolean; lineRight: boolean; unexpected: number } {
  const result = judge(program('pattern', markers, { also }), answer(findings), 7);
  const { verdict, isCaught, isKindRight, isLineRight, unexpected } = result;
  return {
    verdict,
    caught: isCaught,
    kindRight: isKindRight,
    lineRight: isLineRight,
    unexpected: unexpected.length,
  };
}

const right = { caught: true, kindRight: true, lineRight: true, unexpected: 0 };

test('a judgement holds what was expected and what was found', () => {
  const clock = program('pattern', [timer]);
  const said = answer([finding('timer', 6), finding('timer', 8, 2, '/elsewhere.ts'), finding('fd')]);
  expect(judge(clock, said, 7)).toEqual({
    program: clock,
    verdict: 'unexpected',
    expected: [timer],
    found: [timer, { kind: 'timer', line: 0, count: 2 }, { kind: 'fd', line: 0, count: 1 }],
    isCaught: true,
    isKindRight: true,
    isLineRight: true,
    unexpected: said.report.leaks.slice(1),
    answer: said,
    ms: 7,
  });
});

describe('a pattern', () => {
  test('with all as marked is ok', () => {
    const findings = [finding('socket', 9, 2), finding('timer', 6)];
    expect(judged([timer, socket], findings)).toEqual({ verdict: 'ok', ...right });
  });

  test.each<{ what: string; markers?: Marker[]; findings: Finding[]; also?: number[]; is: object }>([
    {
      what: 'of which nothing is reported is missed',
      findings: [],
      is: { verdict: 'missed', caught: false, kindRight: false, lineRight: false },
    },
    {
      what: 'of which one of two leaks is reported is missed',
      markers: [timer, socket],
      findings: [finding('timer', 6)],
      is: { verdict: 'missed', caught: false, kindRight: false, lineRight: false },
    },
    {
      what: 'of which one of two leaks of a kind is reported is missed',
      markers: [timer, { ...timer, line: 8 }],
      findings: [finding('timer', 6)],
      is: { verdict: 'missed', caught: false, kindRight: false, lineRight: false },
    },
    {
      what: 'reported as another kind has the wrong kind',
      findings: [finding('server', 6)],
      is: { verdict: 'wrong kind', kindRight: false, lineRight: false, unexpected: 1 },
    },
    {
      what: 'of which one of two is reported as another kind has the wrong kind',
      markers: [timer, { ...timer, line: 9 }],
      findings: [finding('timer', 6), finding('server', 9)],
      is: { verdict: 'wrong kind', kindRight: false, lineRight: false, unexpected: 1 },
    },
    {
      what: 'reported a line below is at the wrong line',
      findings: [finding('timer', 7)],
      is: { verdict: 'wrong line', lineRight: false, unexpected: 1 },
    },
    {
      what: 'reported without a line is at the wrong line',
      findings: [finding('timer')],
      is: { verdict: 'wrong line', lineRight: false, unexpected: 1 },
    },
    {
      what: 'reported at that line of another file is at the wrong line',
      findings: [finding('timer', 6, 1, '/catalogue/fixes/timer/clock.ts')],
      is: { verdict: 'wrong line', lineRight: false, unexpected: 1 },
    },
    {
      what: 'reported where ALSO stands is near, and at the wrong line',
      findings: [finding('timer', 4)],
      also: [2, 4],
      is: { verdict: 'wrong line', lineRight: false },
    },
    {
      what: 'reported in its place and where ALSO stands has something unexpected',
      findings: [finding('timer', 4), finding('timer', 6)],
      also: [4],
      is: { verdict: 'unexpected', unexpected: 1 },
    },
    {
      what: 'whose kind stands at another line, and something else at its own, is at the wrong line',
      findings: [finding('server', 6), finding('timer', 7)],
      is: { verdict: 'wrong line', lineRight: false, unexpected: 2 },
    },
    {
      what: 'reported twice as often has the wrong count',
      markers: [socket],
      findings: [finding('socket', 9, 4)],
      is: { verdict: 'wrong count' },
    },
    {
      what: 'reported in two findings has the wrong count',
      markers: [socket],
      findings: [finding('socket', 9), finding('socket', 9)],
      is: { verdict: 'wrong count', unexpected: 1 },
    },
    {
      what: 'with another leak besides has something unexpected',
      findings: [finding('timer', 6), finding('fd', 20)],
      is: { verdict: 'unexpected', unexpected: 1 },
    },
  ])('$what', ({ markers = [timer], findings, also, is }) => {
    expect(judged(markers, findings, also)).toEqual({ ...right, ...is });
  });
});

test.each(['fix', 'decoy'] as const)('a %s is ok when it is silent, and else a false alarm', (role) => {
  expect(judge(program(role), answer([]), 7).verdict).toBe('ok');
  expect(judge(program(role), answer([finding('timer', 6)]), 7).verdict).toBe('false alarm');
});

test('a wrong fix is judged by its own markers', () => {
  expect(judge(program('wrong-fix', [timer]), answer([finding('timer', 6)]), 7).verdict).toBe('ok');
  expect(judge(program('wrong-fix', [timer]), answer([]), 7).verdict).toBe('missed');
});

test.each<[Ending, string]>([
  [{ how: 'threw', error: 'Error: no clock' }, 'it threw Error: no clock'],
  [{ how: 'exited', code: 3 }, 'it called process.exit(3)'],
  [{ how: 'hung', where: 'run' }, '`run` never returned'],
  [{ how: 'hung', where: 'top level' }, 'its top level never finished'],
  [{ how: 'finished' }, 'it has no `run` to call'],
  [{ how: 'lost', reason: 'ended by SIGKILL' }, 'it ended by SIGKILL'],
])('%j fails, and is no catch whatever was found', (ending, problem) => {
  const said = answer([finding('timer', 6)], ending);
  expect(judge(program('pattern', [timer]), said, 7)).toMatchObject({
    verdict: 'failed',
    problem,
    isCaught: false,
    isKindRight: false,
    isLineRight: false,
  });
  expect(judge(program('fix'), answer([], ending), 7)).toMatchObject({ verdict: 'failed', problem });
});

test('a probe that failed fails the program', () => {
  const said = answer([finding('timer', 6)]);
  const failedProbes = [
    { probe: 'handles', error: 'no hooks' },
    { probe: 'awaits', error: 'no promises' },
  ];
  expect(
    judge(program('pattern', [timer]), { ...said, report: { ...said.report, failedProbes } }, 7),
  ).toMatchObject({
    verdict: 'failed',
    problem: 'the probe for handles failed: no hooks; the probe for awaits failed: no promises',
  });
});

test('a fix that gives another outcome than its pattern fails; a decoy may', () => {
  const lost: Ending = { how: 'returned', outcome: { started: false } };
  const said = [
    judge(program('pattern', [timer]), answer([finding('timer', 6)]), 7),
    judge(program('fix'), answer([], lost), 7),
    judge(program('wrong-fix', [timer]), answer([finding('timer', 6)], lost), 7),
    judge(program('decoy'), answer([], lost), 7),
    judge(program('fix', [], { id: 'timer/bell' }), answer([], lost), 7),
    judge(program('fix'), answer([], { how: 'exited', code: 0 }), 7),
    judge(program('fix'), answer([], returned), 7),
  ];
  const problem = 'its outcome is {"started":false}, the pattern\'s {"started":true}';
  expect(compareOutcomes(said).map(({ verdict, problem }) => ({ verdict, problem }))).toEqual([
    { verdict: 'ok' },
    { verdict: 'failed', problem },
    { verdict: 'failed', problem },
    { verdict: 'ok' },
    { verdict: 'ok' },
    { verdict: 'failed', problem: 'it called process.exit(0)' },
    { verdict: 'ok' },
  ]);
});

test(`ok is what has exactly the marked findings, and nothing else is (seed ${seed})`, () => {
  const line = integer({ min: 1, max: 4 });
  const count = integer({ min: 1, max: 2 });
  const kind = constantFrom(...kinds.slice(0, 2));
  const markers = uniqueArray(record({ kind, line, count }), {
    minLength: 1,
    maxLength: 3,
    selector: (marker) => marker.line,
  });
  const strange = array(record({ kind, line, count, where: constantFrom(file, '/elsewhere.ts') }), {
    maxLength: 3,
  });
  const also = uniqueArray(line, { maxLength: 2 });
  const judgesRight = property(
    markers,
    strange,
    also,
    constantFrom(...(['as marked', 'and strange', 'only strange'] as const)),

    (marked, others, alsoLines, which) => {
      const places = [
        ...(which === 'only strange' ? [] : marked.map((marker) => ({ ...marker, where: file }))),
        ...(which === 'as marked' ? [] : others),
      ];
      const findings = places.map((place) => finding(place.kind, place.line, place.count, place.where));
      const key = (place: { kind: string; line: number; count: number; where?: string }): string =>
        `${place.kind} ${place.where ?? file}:${place.line} x${place.count}`;
      const isEqual = places.map(key).toSorted().join() === marked.map(key).toSorted().join();
      expect(judged(marked, findings.toReversed(), alsoLines).verdict === 'ok').toBe(isEqual);
    },
  );
  assert(judgesRight, { seed, numRuns: 2000 });
});
