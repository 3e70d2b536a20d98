import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observables, type Observable, type Pattern } from '../contract.ts';
import { prove, type Program, type Proof } from './prove.ts';
import { nodeRuntime } from './runtime.ts';
import { processesWith } from './system.ts';
import type { Role } from '../contract.ts';
import type { Verdict } from './verdict.ts';

type Claim = Pick<Pattern, 'grows' | 'leaves' | 'seenThrough'>;

/** The reproducible part of a verdict: slopes of counts to the nearest whole, heap by its growth if named. */
type Shown =
  | { kind: Exclude<Verdict['kind'], 'error'>; perRun: Partial<Record<Observable, number | string>> }
  | { kind: 'error'; reason: string };

interface Case {
  readonly fixture: string;
  readonly role: Role;
  readonly claim?: Claim;
  readonly verdict: Shown;
  readonly objections: readonly string[];
}

const retained = { leaves: 'retained', seenThrough: 'loop handle' } as const;

const cases: readonly Case[] = [
  {
    fixture: 'timers-left',
    role: 'pattern',
    claim: { grows: ['handles'], ...retained },
    verdict: { kind: 'leaks', perRun: { handles: 2 } },
    objections: [],
  },
  {
    fixture: 'handles-left',
    role: 'pattern',
    claim: { grows: ['handles', 'sockets'], ...retained },
    verdict: { kind: 'leaks', perRun: { handles: 11, sockets: 1, listeners: 35 } },
    objections: [],
  },
  {
    fixture: 'file-left-open',
    role: 'pattern',
    claim: { grows: ['fds'], ...retained, seenThrough: 'descriptor' },
    verdict: { kind: 'leaks', perRun: { fds: 1 } },
    objections: [],
  },
  {
    fixture: 'connection-left-open',
    role: 'pattern',
    claim: { grows: ['handles', 'sockets'], ...retained },
    verdict: { kind: 'leaks', perRun: { handles: 1, sockets: 1, listeners: 1 } },
    objections: [],
  },
  {
    fixture: 'child-left-running',
    role: 'pattern',
    claim: { grows: ['children'], ...retained },
    verdict: { kind: 'leaks', perRun: { handles: 2, children: 2 } },
    objections: [],
  },
  {
    fixture: 'listeners-left',
    role: 'pattern',
    claim: { grows: ['listeners'], leaves: 'retained', seenThrough: 'listener' },
    verdict: { kind: 'leaks', perRun: { listeners: 4 } },
    objections: [],
  },
  {
    fixture: 'memory-kept',
    role: 'pattern',
    claim: { grows: ['heap'], leaves: 'retained', seenThrough: 'retention' },
    verdict: { kind: 'leaks', perRun: { heap: 'grows' } },
    objections: [],
  },
  {
    fixture: 'waits-forgotten',
    role: 'pattern',
    claim: { grows: ['stalls'], leaves: 'garbage', seenThrough: 'promise' },
    verdict: { kind: 'leaks', perRun: { stalls: 2 } },
    objections: [],
  },
  {
    fixture: 'waits-queued',
    role: 'pattern',
    claim: { grows: ['stalls'], leaves: 'retained', seenThrough: 'promise' },
    verdict: { kind: 'leaks', perRun: { stalls: 1 } },
    objections: [],
  },
  {
    fixture: 'waits-queued',
    role: 'pattern',
    claim: { grows: ['stalls'], leaves: 'garbage', seenThrough: 'promise' },
    verdict: { kind: 'leaks', perRun: { stalls: 1 } },
    objections: ['leaves: claims garbage, but 0 of 25 stalled awaits were collected'],
  },
  {
    fixture: 'timers-left',
    role: 'fix',
    verdict: { kind: 'leaks', perRun: { handles: 2 } },
    objections: ['handles: should be flat, and changes by 2.00 a run (grows)'],
  },
  {
    fixture: 'timers-left',
    role: 'wrong-fix',
    verdict: { kind: 'leaks', perRun: { handles: 2 } },
    objections: [],
  },
  { fixture: 'tidy', role: 'fix', verdict: { kind: 'clean', perRun: {} }, objections: [] },
  {
    fixture: 'tidy',
    role: 'wrong-fix',
    verdict: { kind: 'clean', perRun: {} },
    objections: ['still leaks by its claim, and nothing grows'],
  },
  { fixture: 'late-closing', role: 'decoy', verdict: { kind: 'clean', perRun: {} }, objections: [] },
  { fixture: 'first-run-only', role: 'decoy', verdict: { kind: 'clean', perRun: {} }, objections: [] },
  {
    fixture: 'closed-kept',
    role: 'pattern',
    claim: { grows: ['handles'], ...retained },
    // the kept objects keep their listeners, but no handle and no connection
    verdict: { kind: 'clean', perRun: { listeners: 14 } },
    objections: ['handles: should grow, and changes by 0.00 a run (flat)'],
  },
  {
    fixture: 'every-other-run',
    role: 'fix',
    verdict: { kind: 'unclear', perRun: { handles: 1 } },
    objections: ['handles: should be flat, and changes by 0.50 a run (unclear)'],
  },
  {
    fixture: 'outcome-varies',
    role: 'fix',
    verdict: { kind: 'clean', perRun: {} },
    objections: ['outcome: run 2 returned {"runs":2}, run 1 {"runs":1}'],
  },
  ...[
    ['throws', 'run 3 threw RangeError: no third run'],
    ['never-returns', 'run 2 did not end within 4 s'],
    ['busy-forever', 'run 1 did not end within 4 s'],
    ['exits', 'ended by itself (exit code 3) in run 2'],
    [
      'crashes-later',
      'ended by itself (exit code 1) in the reading after run 5: TypeError: uncaught on purpose',
    ],
    ['no-run', 'the program exports no function run'],
    ['no-outcome', 'run 1 returned undefined, which is no outcome'],
    ['bad-import', 'the import threw Error: not today'],
    ['missing', expect.stringMatching(/^the import threw Error: Cannot find module /)],
  ].map(([fixture = '', reason = '']): Case => {
    return { fixture, role: 'fix', verdict: { kind: 'error', reason }, objections: [reason] };
  }),
];

const home = process.env['TMPDIR'];
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'leaklab-test-'));
  process.env['TMPDIR'] = scratch;
});
afterAll(() => {
  if (home === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = home;
  rmSync(scratch, { recursive: true });
});

describe('prove', () => {
  let proofs: Proof[];
  const reported: string[] = [];
  beforeAll(async () => {
    const programs = cases.map(({ fixture, role, claim }) => program(fixture, role, claim));
    proofs = await prove(programs, {
      limit: 4000,
      onProgress: ({ program: { file } }, done) => reported.push(`${done} ${basename(file)}`),
    });
  }, 300_000);

  it.each(cases.map((each, index) => ({ ...each, index, title: `${each.fixture} as a ${each.role}` })))(
    'judges $title',
    ({ index, claim, verdict, objections }) => {
      const [proof] = proofs.slice(index);
      if (!proof) throw new Error('not proven');
      const { attempts } = proof;
      expect({
        verdicts: attempts.map((attempt) => shown(attempt.verdict, claim)),
        objections: proof.objections,
        holds: proof.holds,
      }).toEqual({ verdicts: [verdict], objections, holds: objections.length === 0 });
    },
  );

  it('reports each proof as it comes', () => {
    expect(reported.map((line) => line.replace(/^\d+ /, '')).toSorted()).toEqual(
      cases.map(({ fixture }) => `${fixture}.ts`).toSorted(),
    );
    expect(reported.map((line) => Number(line.split(' ')[0]))).toEqual(cases.map((_, index) => index + 1));
  });

  it('leaves no process and no file', () => {
    // every process that was started has this in its environment
    expect(processesWith(`TMPDIR=${scratch}`)).toEqual([]);
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe('prove, with several measurements', () => {
  it('measures each program several times, and reports disagreements', async () => {
    const [proof] = await prove([program('timers-left', 'fix')], { times: 2 });
    expect(proof?.attempts.map(({ verdict }) => shown(verdict))).toEqual([
      { kind: 'leaks', perRun: { handles: 2 } },
      { kind: 'leaks', perRun: { handles: 2 } },
    ]);
    expect(proof?.objections).toEqual(['handles: should be flat, and changes by 2.00 a run (grows)']);
  });

  it('holds the outcome of a fix to that of its pattern', async () => {
    const claim: Claim = { grows: ['handles'], ...retained };
    const pair = [program('timers-left', 'pattern', claim), program('first-run-only', 'fix', claim)];
    const proofs = await prove(pair.map((each) => ({ ...each, id: 'timer/sweeper' })));
    expect(proofs.map(({ holds, objections }) => ({ holds, objections }))).toEqual([
      { holds: true, objections: [] },
      { holds: false, objections: [`outcome: {"sweeping":true}, its pattern's {"done":true}`] },
    ]);
  });

  it('reports a Node that does not start', async () => {
    const [proof] = await prove([program('tidy', 'fix')], { runtime: nodeRuntime('/nowhere/node') });
    expect(proof?.objections).toEqual(['the child could not be started: spawn /nowhere/node ENOENT']);
  });
});

function program(fixture: string, role: Role, claim?: Claim): Program {
  const pattern: Pattern | undefined = claim && {
    title: 'Fixture of the oracle',
    stage: 'unit',
    seenIn: ['owner/repo#1'],
    hints: ['', '', ''],
    node: '>=22',
    ...claim,
  };
  const file = join(import.meta.dirname, 'fixtures', `${fixture}.ts`);
  return { id: `timer/${fixture}`, family: 'timer', role, file, ...(pattern && { pattern }) };
}

function shown(verdict: Verdict, claim?: Claim): Shown {
  if (verdict.kind === 'error') return verdict;
  const perRun: Partial<Record<Observable, number | string>> = {};
  for (const name of observables) {
    const { growth, perRun: exact } = verdict.slopes[name];
    if (growth === 'flat' || (name === 'heap' && !claim?.grows.includes('heap'))) continue;
    perRun[name] = name === 'heap' ? growth : Math.round(exact);
  }
  return { kind: verdict.kind, perRun };
}
