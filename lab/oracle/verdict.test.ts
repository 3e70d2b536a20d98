import { assert, constantFrom, integer, nat, property, type IProperty } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observables, type Observable } from '../contract.ts';
import { stages, type Reading } from './reading.ts';
import {
  countLimits,
  heapLimits,
  judge,
  listenerLimits,
  looseHeapLimits,
  slopeOf,
  type Claim,
  type Measured,
} from './verdict.ts';

const seed = Number(process.env['SEED'] ?? 20_260_101);
const check = <T>(property: IProperty<T>): void => assert(property, { seed, numRuns: 300 });

/** Returns readings with these values at `k` runs; 0 for the observables that are not given. */
function readings(valueAt: Partial<Record<Observable, (k: number) => number>>, collected = 0): Reading[] {
  return stages.map((k) => ({
    k,
    values: Object.fromEntries(
      observables.map((name) => [name, valueAt[name]?.(k) ?? 0]),
    ) as Reading['values'],
    collected: k === 25 ? collected : 0,
    parts: {},
  }));
}

function measured(valueAt: Parameters<typeof readings>[0], collected = 0): Measured {
  return { kind: 'measured', readings: readings(valueAt, collected), outcome: '{"done":true}' };
}

const flat = { growth: 'flat', perRun: 0 };
const noSlopes = Object.fromEntries(observables.map((name) => [name, flat]));
const counted = observables.filter((name) => name !== 'heap');
const pattern: NonNullable<Claim['pattern']> = {
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
};

describe(`slopeOf (seed ${seed})`, () => {
  it('calls an observable growing that each run adds to, whatever its start', () => {
    check(
      property(nat(1000), integer({ min: 1, max: 100 }), (base, each) => {
        const slope = slopeOf(readings({ handles: (k) => base + each * k }), 'handles', countLimits);
        expect(slope).toEqual({ growth: 'grows', perRun: each });
      }),
    );
  });

  it('calls it growing even if the first run adds one more', () => {
    const slope = slopeOf(readings({ sockets: (k) => k + (k === 1 ? 1 : 0) }), 'sockets', countLimits);
    expect(slope).toEqual({ growth: 'grows', perRun: 1 });
  });

  it('calls it flat if it changes by 2 at most in 20 runs, or shrinks', () => {
    check(
      property(nat(1000), integer({ min: -50, max: 2 }), nat(1000), (middle, change, first) => {
        const values: Record<number, number> = { 1: first, 5: middle, 25: middle + change };
        const slope = slopeOf(readings({ handles: (k) => values[k] ?? 0 }), 'handles', countLimits);
        expect(slope).toEqual({ growth: 'flat', perRun: change / 20 });
      }),
    );
  });

  it('calls it unclear if it grows by less than 0.8 a run', () => {
    check(
      property(integer({ min: 3, max: 15 }), (change) => {
        const slope = slopeOf(readings({ fds: (k) => (k * change) / 20 }), 'fds', countLimits);
        expect(slope.growth).toBe('unclear');
      }),
    );
  });

  it('calls it unclear if it starts to grow after the fifth run', () => {
    const slope = slopeOf(readings({ fds: (k) => Math.max(0, k - 5) }), 'fds', countLimits);
    expect(slope).toEqual({ growth: 'unclear', perRun: 1 });
  });

  it('never calls the same curve flat and growing by other limits', () => {
    const value = nat(100_000);
    check(
      property(value, value, value, (first, middle, last) => {
        const values: Record<number, number> = { 1: first, 5: middle, 25: last };
        const curve = readings({ heap: (k) => values[k] ?? 0 });
        for (const limits of [countLimits, listenerLimits, heapLimits, looseHeapLimits]) {
          const { growth, perRun } = slopeOf(curve, 'heap', limits);
          expect(perRun).toBe((last - middle) / 20);
          expect(growth === 'flat').toBe(perRun <= limits.flat);
        }
      }),
    );
  });

  it('refuses fewer than three stages', () => {
    expect(() => slopeOf(readings({}).slice(1), 'heap', heapLimits)).toThrow(
      'expected readings of 3 stages, got 2',
    );
  });
});

describe(`judge (seed ${seed})`, () => {
  it('finds that a pattern holds', () => {
    const leak = measured({ handles: (k) => 3 + k, listeners: (k) => k / 2 });
    expect(judge(leak, { role: 'pattern', pattern })).toEqual({
      verdict: {
        kind: 'leaks',
        grows: ['handles'],
        slopes: {
          ...noSlopes,
          handles: { growth: 'grows', perRun: 1 },
          listeners: { growth: 'unclear', perRun: 0.5 },
        },
      },
      objections: [],
    });
  });

  it('objects to a pattern of which not everything grows', () => {
    const leak = measured({ handles: (k) => k, sockets: (k) => k / 2 });
    const claim: Claim = { role: 'pattern', pattern: { ...pattern, grows: ['handles', 'sockets', 'fds'] } };
    expect(judge(leak, claim)).toEqual({
      verdict: {
        kind: 'leaks',
        grows: ['handles'],
        slopes: {
          ...noSlopes,
          handles: { growth: 'grows', perRun: 1 },
          sockets: { growth: 'unclear', perRun: 0.5 },
        },
      },
      objections: [
        'sockets: should grow, and changes by 0.50 a run (unclear)',
        'fds: should grow, and changes by 0.00 a run (flat)',
      ],
    });
  });

  it('objects to a pattern that claims nothing', () => {
    expect(judge(measured({ handles: (k) => k }), { role: 'pattern' }).objections).toEqual([
      'the pattern does not name what grows',
    ]);
  });

  it('lets a fix and a decoy hold if and only if nothing grows', () => {
    const growth = constantFrom(0, 0.05, 0.5, 1, 7);
    const role = constantFrom('fix' as const, 'decoy' as const);
    check(
      property(constantFrom(...counted), growth, role, (name, each, as) => {
        const { verdict, objections } = judge(measured({ [name]: (k: number) => each * k }), { role: as });
        const limit = name === 'listeners' ? 0.4 : 0.1;
        expect(verdict.kind).toBe(each <= limit ? 'clean' : each < 0.8 ? 'unclear' : 'leaks');
        expect(objections).toEqual(
          each <= limit
            ? []
            : [
                `${name}: should be flat, and changes by ${each.toFixed(2)} a run (${each < 0.8 ? 'unclear' : 'grows'})`,
              ],
        );
      }),
    );
  });

  it('lets a wrong fix hold if and only if something grows', () => {
    expect(judge(measured({ stalls: (k) => k }), { role: 'wrong-fix', pattern }).objections).toEqual([]);
    expect(judge(measured({ stalls: (k) => k / 2 }), { role: 'wrong-fix', pattern })).toEqual({
      verdict: {
        kind: 'unclear',
        unclear: ['stalls'],
        slopes: { ...noSlopes, stalls: { growth: 'unclear', perRun: 0.5 } },
      },
      objections: ['still leaks by its claim, and nothing grows'],
    });
  });

  it.each([
    { each: 12_000, named: 'grows', loose: 'grows' },
    { each: 8_000, named: 'unclear', loose: 'flat' },
    { each: 4_500, named: 'flat', loose: 'flat' },
  ])('holds heap to $named at $each bytes a run where the pattern names it, else to $loose', (row) => {
    const { each, named, loose } = row;
    const grown = measured({ heap: (k) => 10_000_000 + each * k });
    const heapPattern = { ...pattern, grows: ['heap'] as const };
    const growthFor = (claim: Claim): unknown => {
      const { verdict } = judge(grown, claim);
      return verdict.kind === 'error' ? verdict : verdict.slopes.heap.growth;
    };
    expect(growthFor({ role: 'fix', pattern: heapPattern })).toBe(named);
    expect(growthFor({ role: 'fix', pattern })).toBe(loose);
    expect(growthFor({ role: 'decoy' })).toBe(loose);
  });

  it.each([
    { leaves: 'garbage', collected: 25, objections: [] },
    {
      leaves: 'garbage',
      collected: 24,
      objections: ['leaves: claims garbage, but 24 of 25 stalled awaits were collected'],
    },
    { leaves: 'retained', collected: 0, objections: [] },
    {
      leaves: 'retained',
      collected: 25,
      objections: ['leaves: claims retained, but 25 of 25 stalled awaits were collected'],
    },
  ] as const)('checks that open waits are $leaves when $collected were collected', (row) => {
    const { leaves, collected, objections } = row;
    const claim: Claim = { role: 'pattern', pattern: { grows: ['stalls'], leaves, seenThrough: 'promise' } };
    expect(judge(measured({ stalls: (k) => k }, collected), claim).objections).toEqual(objections);
  });

  it('objects to garbage that could not be seen', () => {
    const claim: Claim = { role: 'pattern', pattern: { ...pattern, leaves: 'garbage' } };
    expect(judge(measured({ handles: (k) => k }), claim).objections).toEqual([
      'leaves: only a wait can be garbage, and the pattern names no stalls',
    ]);
  });

  it('objects to outcomes that differ between runs', () => {
    const varies: Measured = {
      kind: 'measured',
      readings: readings({}),
      outcome: '{"n":1}',
      differed: { k: 4, outcome: '{"n":2}' },
    };
    expect(judge(varies, { role: 'fix', pattern })).toEqual({
      verdict: { kind: 'clean', slopes: noSlopes },
      objections: ['outcome: run 4 returned {"n":2}, run 1 {"n":1}'],
    });
  });

  it('passes on what went wrong', () => {
    const reason = 'run 3 threw RangeError: no';
    expect(judge({ kind: 'error', reason, readings: [] }, { role: 'fix' })).toEqual({
      verdict: { kind: 'error', reason },
      objections: [reason],
    });
  });
});
