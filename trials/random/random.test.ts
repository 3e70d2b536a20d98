import { expect, test } from 'vitest';
import { agree } from './agree.ts';
import { found, truthOf } from './truth.ts';

/** Seed of the same programs each time; `npm run random -- --seed S` runs others. */
const seed = 20_251_123;

// `.ci/run` runs 500 by the command
test(`100 random programs, twenty at a time (seed ${seed})`, async () => {
  expect(await agree(100, seed, 20)).toEqual({ programs: 100 });
}, 600_000);

test(`30 random programs, one by one at the default level (seed ${seed})`, async () => {
  expect(await agree(30, seed, 1)).toEqual({ programs: 30 });
}, 600_000);

test('the truth about a program follows from its data', () => {
  const acquire = { does: 'acquire', from: 'here', depth: 0 } as const;
  const truth = truthOf(
    {
      order: 'in turn',
      throwsAt: 4,
      steps: [
        { ...acquire, what: 'lease', released: 'at once' },
        { ...acquire, what: 'lease', released: 'never' },
        {
          does: 'nest',
          program: {
            order: 'at the same time',
            throwsAt: undefined,
            steps: [
              { ...acquire, what: 'lease', released: 'by the outer scope' },
              { ...acquire, what: 'droppedWait', released: 'by the outer scope' },
              { ...acquire, what: 'lease', released: 'never' },
            ],
          },
        },
        { does: 'pass', what: 'lostRace' },
        { ...acquire, what: 'lease', released: 'never' },
      ],
    },
    'p',
  );
  const withoutLines = [...truth].map(([scope, left]) => [
    scope,
    left.map((each) => each.replace(/:\d+$/, '')),
  ]);
  expect(withoutLines).toEqual([
    [
      'p.2',
      [
        '1 × await async function unreachable of p.2 at waits.ts',
        '2 × lease permit alive of p.2 at waits.ts',
      ],
    ],
    [
      'p',
      [
        '1 × await async function unreachable of p.2 at waits.ts',
        '1 × lease permit alive of p at waits.ts',
        '1 × lease permit alive of p.2 at waits.ts',
      ],
    ],
  ]);
});

test('findings are put in the words of the truth', () => {
  const finding = {
    kind: 'timer',
    type: 'Timeout',
    count: 2,
    site: { file: '/project/trials/random/resources.ts', line: 7, column: 3, function: 'acquire' },
    related: [],
    stack: [],
    owner: 'p',
    evidence: 'alive',
  } as const;
  const { site: _, ...nowhere } = finding;
  expect(found([finding, nowhere])).toEqual([
    '2 × timer Timeout alive of p at resources.ts:7',
    '2 × timer Timeout alive of p at unknown',
  ]);
});
