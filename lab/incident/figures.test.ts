import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chart } from './chart.ts';
import { figuresOf } from './figures.ts';
import { incidents, type Contender, type Incident } from './incidents.ts';
import type { Sample } from './stage.ts';

function incidentNamed(name: string): Incident {
  const incident = incidents.find((each) => each.name === name);
  if (!incident) throw new Error(`no incident ${name}`);
  return incident;
}

function contenderOf({ contenders }: Incident, program: string): Contender {
  const contender = contenders.find((each) => each.program === program);
  if (!contender) throw new Error(`no program ${program}`);
  return contender;
}

const outage = incidentNamed('slow-upstream');
const [healthy, ill] = [outage.time.healthy, outage.time.healthy + outage.time.ill];

/** Samples every 250 ms of a count that is `during` while the upstream is ill and for `after` ms more. */
function samples(before: number, during: number, after: number): Sample[] {
  const until = ill + outage.time.healed;
  return Array.from({ length: until / 250 }, (_, index): Sample => {
    const at = (index + 1) * 250;
    const count = at > healthy && at <= ill + after ? during : before;
    return { at, waiting: count, other: count, memory: 1e8, sent: 75, answered: 60, failed: 15 };
  });
}

test('Little’s law says 24, 3,600 and 240 callers at 300 a second', () => {
  const expected = (program: string, phase: 'healthy' | 'ill'): number | undefined =>
    figuresOf([], outage, contenderOf(outage, program), 300).phases[phase].expected.waiting;
  expect(expected('slow-upstream/no-time-out', 'healthy')).toBe(24);
  expect(expected('slow-upstream/no-time-out', 'ill')).toBe(3600);
  expect(expected('slow-upstream/race', 'ill')).toBe(240);
  expect(expected('slow-upstream/abort', 'ill')).toBe(240);
  expect(expected('slow-upstream/bulkhead', 'ill')).toBe(60);
});

test('the wrong fix leaves as many requests open as no time-out', () => {
  const open = (program: string): number | undefined =>
    figuresOf([], outage, contenderOf(outage, program), 300).phases.ill.expected.other;
  expect(open('slow-upstream/race')).toBe(3600);
  expect(open('slow-upstream/abort')).toBe(240);
});

test('a phase is measured at its end, and a count is healthy again when it stays so', () => {
  const { phases, recovered } = figuresOf(
    samples(24, 3600, 12_000),
    outage,
    contenderOf(outage, 'slow-upstream/no-time-out'),
    300,
  );
  expect(phases.healthy).toMatchObject({ waiting: 24, goodput: 240, errors: 0.2, memory: 1e8 });
  expect(phases.ill.waiting).toBe(3600);
  expect(phases.healed.waiting).toBe(24);
  expect(recovered).toEqual({ waiting: 12_250, other: 12_250 });
});

test('a count that never comes down has no time of recovery', () => {
  const { recovered } = figuresOf(
    samples(24, 3600, Infinity),
    outage,
    contenderOf(outage, 'slow-upstream/no-time-out'),
    300,
  );
  expect(recovered).toEqual({});
});

test('a pool of 40 that loses each tenth client is empty within the incident at 300 a second, and not at 25', () => {
  const pool = incidentNamed('lost-clients');
  const lent = (rate: number): number | undefined => {
    const at = pool.time.healthy + pool.time.ill;
    const sample = { at, waiting: 0, other: 0, memory: 0, sent: 0, answered: 0, failed: 0 };
    return figuresOf([sample], pool, contenderOf(pool, 'lost-clients/forgotten'), rate).phases.ill.expected
      .other;
  };
  expect(lent(300)).toBe(40);
  // 2 in use, and a tenth of 25 × 10
  expect(lent(25)).toBe(27);
});

test('a chart keeps its size, and draws each curve and each level', () => {
  const value = fc.double({ min: 0, max: 10_000, noNaN: true });
  const points = fc.array(fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), value), { minLength: 1 });
  fc.assert(
    fc.property(points, value, fc.integer({ min: 10, max: 70 }), (all, level, width) => {
      const rows = chart([{ letter: 'A', points: all }], [{ value: level }], {
        width,
        height: 7,
        until: 1000,
      });
      expect(rows).toHaveLength(7);
      expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(width + 9);
      expect(rows.join('')).toContain('A');
    }),
  );
  const [top, ...others] = chart([{ letter: 'A', points: [[0, 100]] }], [{ value: 1 }], {
    width: 10,
    height: 3,
    until: 100,
  });
  expect([top, ...others]).toEqual(['    100 │A', '        │', '      1 │··········']);
});
