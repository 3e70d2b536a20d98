/** Measurement by source on this Node; prove.long.test.ts has the measurement by engine of these fixtures. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observables, type Observable } from '../../contract.ts';
import { prove, type Program } from '../prove.ts';
import { nodeRuntime } from '../runtime.ts';

const fixtures: Readonly<Record<string, Partial<Record<Observable, number>>>> = {
  'timers-left': { handles: 2 },
  'file-left-open': { fds: 1 },
  'child-left-running': { handles: 2, children: 2 },
  'listeners-left': { listeners: 4 },
  'waits-forgotten': { stalls: 2 },
  'waits-queued': { stalls: 1 },
  tidy: {},
};

const programs = Object.keys(fixtures).map((name): Program => {
  const file = join(import.meta.dirname, '..', 'fixtures', `${name}.ts`);
  return { id: `timer/${name}`, family: 'timer', role: 'decoy', file };
});

it('sees leaks by the source', async () => {
  const proofs = await prove(programs, { runtime: { ...nodeRuntime(), asks: 'source' } });
  const seen = proofs.map(({ program, attempts: [attempt] }) => {
    const verdict = attempt?.verdict;
    if (!verdict || verdict.kind === 'error') return [program.id, verdict];
    const growing = observables.filter((name) => name !== 'heap' && verdict.slopes[name].growth === 'grows');
    const perRun = growing.map((name) => [name, Math.round(verdict.slopes[name].perRun)]);
    return [program.id.slice('timer/'.length), Object.fromEntries(perRun)];
  });
  expect(Object.fromEntries(seen)).toEqual(fixtures);
  const collected = proofs.map(({ program: { id }, attempts: [attempt] }) =>
    attempt?.measured.kind === 'measured' ? [id, attempt.measured.readings.at(-1)?.collected] : [id],
  );
  expect(Object.fromEntries(collected)).toMatchObject({
    'timer/waits-forgotten': 50,
    'timer/waits-queued': 0,
  });
}, 300_000);
