/** Runs batches of random programs at the same time, and compares each with its known truth. */
import { isDeepStrictEqual } from 'node:util';
import {
  array,
  asyncProperty,
  check,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  type Arbitrary,
} from 'fast-check';
import { from, passes, runProgram, type Program, type Step } from './program.ts';
import { dearNames, resourceNames, type ResourceName } from './resources.ts';
import { found, truthOf } from './truth.ts';

const budget = 100;
const keysOf = <Key extends string>(of: Record<Key, unknown>): Key[] => Object.keys(of) as Key[];

function acquire(names: readonly ResourceName[]): Arbitrary<Step> {
  return record({
    does: constant('acquire' as const),
    what: constantFrom(...names),
    from: constantFrom(...keysOf(from)),
    depth: integer({ min: 0, max: 3 }),
    released: constantFrom('at once', 'at the end', 'by the outer scope', 'never'),
  });
}

const plainStep: Arbitrary<Step> = oneof(
  { weight: 50, arbitrary: acquire(resourceNames.filter((name) => !dearNames.includes(name))) },
  { weight: 1, arbitrary: acquire(dearNames) },
  {
    weight: 10,
    arbitrary: record({ does: constant('pass' as const), what: constantFrom(...keysOf(passes)) }),
  },
);

function programOf(step: Arbitrary<Step>): Arbitrary<Program> {
  return record({
    steps: array(step, { minLength: 1, maxLength: 7 }),
    order: constantFrom('in turn', 'at the same time'),
    throwsAt: option(integer({ min: 0, max: 6 }), { nil: undefined, freq: 4 }),
  });
}

const nested: Arbitrary<Step> = record({ does: constant('nest' as const), program: programOf(plainStep) });
const program = programOf(oneof({ weight: 9, arbitrary: plainStep }, { weight: 1, arbitrary: nested }));

/** Result of a series of random programs. */
export interface Agreement {
  readonly programs: number;
  /** Absent if detector and truth agreed on every program. */
  readonly disagreement?: {
    readonly programs: readonly Program[];
    readonly differences: readonly Difference[];
  };
}

export interface Difference {
  readonly scope: string;
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** Failed probes, and things that were not judged. */
  readonly beside?: unknown;
}

/**
 * Runs random programs, `atOnce` at a time, until all have run or detector and truth disagree; then it shrinks the
 * program to the smallest on which they disagree.
 *
 * One program alone runs at the default level. Several at once run at level `full`, since one level holds for all.
 */
export async function agree(
  count: number,
  seed: number,
  atOnce: number,
  progress: (done: number, disagreement?: readonly Difference[]) => void = () => {},
): Promise<Agreement> {
  let programs = 0;
  const batches = array(program, { minLength: atOnce, maxLength: atOnce });
  const { failed, errorInstance, counterexample } = await check(
    asyncProperty(batches, async (batch) => {
      const differences = await differencesIn(batch);
      if (differences.length > 0) {
        progress(programs, differences);
        throw new Disagreement(differences);
      }
      programs += batch.length;
      progress(programs);
    }),
    { seed, numRuns: Math.ceil(count / atOnce) },
  );
  if (!failed) return { programs };
  if (!(errorInstance instanceof Disagreement)) throw errorInstance;
  return {
    programs,
    disagreement: { programs: counterexample?.[0] ?? [], differences: errorInstance.differences },
  };
}

class Disagreement extends Error {
  readonly differences: readonly Difference[];

  constructor(differences: readonly Difference[]) {
    super('detector and truth disagree');
    this.differences = differences;
  }
}

async function differencesIn(batch: readonly Program[]): Promise<Difference[]> {
  const level = batch.length === 1 ? 'light' : 'full';
  const runs = await Promise.all(
    batch.map((each, index) => runProgram(each, `program ${index}`, { budget, level })),
  );
  for (const { left, handedOver } of runs) for (const release of [...left, ...handedOver]) await release();
  return runs.flatMap(({ reports }, index) => {
    const each = batch[index];
    if (!each) return [];
    return [...truthOf(each, `program ${index}`)].flatMap(([scope, expected]) => {
      const report = reports.get(scope);
      const said = found(report?.leaks ?? []);
      const { failedProbes = [], notJudged = [] } = report ?? {};
      const isRight = isDeepStrictEqual(said, expected) && failedProbes.length + notJudged.length === 0;
      if (isRight) return [];
      const beside = failedProbes.length + notJudged.length > 0 && { beside: { failedProbes, notJudged } };
      return [{ scope, expected, found: said, ...beside }];
    });
  });
}
