import { describe, expect, it } from 'vitest';
import type { Measured } from '../verdict.ts';
import type { Attempt, Proof } from '../prove.ts';
import { standingOf } from './standing.ts';

const ran = (outcome: string): Measured & { kind: 'measured' } => ({
  kind: 'measured',
  readings: [],
  outcome,
});

function proof(
  measured: Measured,
  objections: readonly string[] = [],
  onNode: Measured = ran('{"a":1,"b":2}'),
): Proof {
  const attempt: Attempt = { measured, verdict: { kind: 'error', reason: 'not looked at' }, objections };
  return {
    program: { id: 'timer/x', family: 'timer', role: 'fix', file: '/x.ts' },
    attempts: [attempt],
    reference: onNode,
    objections,
    holds: objections.length === 0,
    ms: 1,
  };
}

describe('standingOf', () => {
  it('holds if the job is done and there is no objection', () => {
    expect(standingOf(proof(ran('{"b":2,"a":1}')))).toEqual({ kind: 'holds' });
  });

  it('differs if the job is done and there is an objection', () => {
    expect(standingOf(proof(ran('{"a":1,"b":2}'), ['handles: no']))).toEqual({
      kind: 'differs',
      objections: ['handles: no'],
    });
  });

  it.each([
    [
      'it throws',
      { kind: 'error', reason: 'run 1 threw TypeError: no', readings: [] },
      'run 1 threw TypeError: no',
    ],
    ['it does another job', ran('{"a":1}'), 'run 1 returned {"a":1}, on Node {"a":1,"b":2}'],
    [
      'it does another job the next time',
      { ...ran('{"a":1,"b":2}'), differed: { k: 3, outcome: '{}' } },
      'run 3 returned {}, run 1 {"a":1,"b":2}',
    ],
  ] satisfies [string, Measured, string][])('is not applicable where %s', (_, measured, reason) => {
    expect(standingOf(proof(measured, ['handles: no']))).toEqual({ kind: 'not applicable', reason });
  });

  it('refuses to compare with nothing', () => {
    const failed: Measured = { kind: 'error', reason: 'run 1 threw', readings: [] };
    expect(() => standingOf(proof(ran('{}'), [], failed))).toThrow(
      'no outcome on Node to compare with: run 1 threw',
    );
  });
});
