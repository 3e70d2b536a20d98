/** Random programs as data, which really run; the data alone says what they leak. */
import { snapshot, type Report } from '../../detector/index.ts';
import type { Release } from './resource.ts';
import { resource, type ResourceName } from './resources.ts';

/** Step that acquires something. */
export interface Acquire {
  readonly does: 'acquire';
  readonly what: ResourceName;
  readonly from: keyof typeof from;
  readonly depth: number;
  readonly released: 'at once' | 'at the end' | 'by the outer scope' | 'never';
}

/** Clean work that looks like a leak: a lost race, a wait that ends, a caught error. */
export interface Pass {
  readonly does: 'pass';
  readonly what: keyof typeof passes;
}

/** Nested program in a nested scope. */
export interface Nest {
  readonly does: 'nest';
  readonly program: Program;
}

export type Step = Acquire | Pass | Nest;

export interface Program {
  readonly steps: readonly Step[];
  readonly order: 'in turn' | 'at the same time';
  /** Throws before this step, if the steps run in turn. */
  readonly throwsAt: number | undefined;
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Places from which a step acquires something. */
export const from = {
  here: async (work: () => void): Promise<void> => work(),
  immediate: async (work: () => void): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        work();
        resolve();
      });
    }),
  microtask: async (work: () => void): Promise<void> => Promise.resolve().then(work),
  tick: async (work: () => void): Promise<void> =>
    new Promise((resolve) => {
      process.nextTick(() => {
        work();
        resolve();
      });
    }),
  timer: async (work: () => void): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(() => {
        work();
        resolve();
      }, 1);
    }),
  async afterAwait(work: () => void): Promise<void> {
    await turn();
    work();
  },
  async all(work: () => void): Promise<void> {
    await Promise.all([turn(), (async () => work())(), Promise.resolve()]);
  },
  async finally(work: () => void): Promise<void> {
    try {
      await turn();
    } finally {
      work();
    }
  },
};

export const passes = {
  async lostRace(): Promise<void> {
    await Promise.race([new Promise(() => {}), turn()]);
  },
  async caught(): Promise<void> {
    await turn()
      .then(() => {
        throw new RangeError('caught');
      })
      .catch(() => {});
  },
  async iterator(): Promise<void> {
    async function* parts(): AsyncGenerator<number> {
      yield* [1, 2, 3];
      await turn();
    }
    for await (const part of parts()) if (part === 2) break;
  },
  async shortTimer(): Promise<void> {
    setTimeout(() => {}, 5);
    await turn();
  },
  async abandonedPromise(): Promise<void> {
    void new Promise(() => {}).then(() => {});
  },
};

class Thrown extends Error {}

/** Result of running a program. */
export interface Run {
  /** By the names of the scopes. */
  readonly reports: ReadonlyMap<string, Report>;
  /** Ends what the program leaks. */
  readonly left: readonly Release[];
  /** Ends what the outer scope must end. */
  readonly handedOver: readonly Release[];
}

/**
 * Runs a program in a new scope, and each nested program in a scope within it.
 *
 * @param name the name of the scope; a nested scope appends the step's number
 */
export async function runProgram(program: Program, name: string, settings: ScopeSettings): Promise<Run> {
  const scope = snapshot({ name, ...settings });
  const reports = new Map<string, Report>();
  const left: Release[] = [];
  try {
    const handedOver = await scope.run(async () => perform(program, name, settings, { reports, left }));
    reports.set(name, await scope.find());
    return { reports, left, handedOver };
  } finally {
    scope.dispose();
  }
}

/** Settings of all scopes of a program. */
export interface ScopeSettings {
  readonly budget: number;
  readonly level: 'light' | 'full';
}

interface Within {
  readonly reports: Map<string, Report>;
  readonly left: Release[];
}

/** @returns functions that end what the outer scope must end */
async function perform(
  { steps, order, throwsAt }: Program,
  name: string,
  settings: ScopeSettings,
  { reports, left }: Within,
): Promise<Release[]> {
  const atTheEnd: Release[] = [];
  const handedOver: Release[] = [];
  const acquire = async (step: Acquire): Promise<void> => {
    const { acquire: make, isDropped } = resource(step.what);
    const descend = (levels: number): void => {
      if (levels > 0) {
        descend(levels - 1);
        return;
      }
      const release = make(step.depth);
      if (step.released === 'at once') void release();
      else if (step.released === 'at the end') atTheEnd.push(release);
      else if (!isDropped) (step.released === 'never' ? left : handedOver).push(release);
    };
    await from[step.from](() => descend(step.depth));
  };
  const one = async (step: Step, index: number): Promise<void> => {
    if (step.does === 'acquire') await acquire(step);
    else if (step.does === 'pass') await passes[step.what]();
    else {
      const inner = await runProgram(step.program, `${name}.${index}`, settings);
      for (const [scope, report] of inner.reports) reports.set(scope, report);
      left.push(...inner.left);
      atTheEnd.push(...inner.handedOver);
    }
  };
  try {
    if (order === 'at the same time') await Promise.all(steps.map(one));
    else {
      for (const [index, step] of steps.entries()) {
        if (index === throwsAt) throw new Thrown('in the middle');
        await one(step, index);
      }
    }
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
  }
  for (const release of atTheEnd) await release();
  return handedOver;
}
