/** Proves the labels of programs: measures each, once or several times, and judges it by its claim. */
import { availableParallelism, constants } from 'node:os';
import type { Program as CatalogueProgram } from '../catalogue/program.ts';
import { startOutside, type Outside } from '../outside/outside.ts';
import { measure } from './measure.ts';
import { sameOutcome } from './reading.ts';
import { nodeRuntime, type Runtime } from './runtime.ts';
import { judge, type Claim, type Judgement, type Measured } from './verdict.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Program that the oracle proves. */
export type Program = Pick<CatalogueProgram, 'id' | 'family' | 'role' | 'file' | 'pattern'>;

/** Measurement and its judgement. */
export interface Attempt extends Judgement {
  readonly measured: Measured;
}

/** Proof of one program after all attempts. */
export interface Proof {
  readonly program: Program;
  /** Set if every attempt holds. */
  readonly holds: boolean;
  /** Objections to the label, each once, with the number of attempts if not all have it. */
  readonly objections: readonly string[];
  readonly attempts: readonly Attempt[];
  /** A run on the reference runtime, if there is one. */
  readonly reference?: Measured;
  /** Duration of the whole proof, in ms. */
  readonly ms: number;
}

export interface ProveOptions {
  /** Runtime of the proof; default this Node. */
  readonly runtime?: Runtime;
  /** Runtime on which each program also runs once, to compare its outcome. */
  readonly reference?: Runtime;
  /** Number of measurements of each program; default 1. */
  readonly times?: number;
  /** Number of programs measured at once; default 4, as most of the time they wait. */
  readonly concurrency?: number;
  /** Limit for one run, in ms; default 10 s, as spawning is slow on a busy machine. */
  readonly limit?: number;
  /** Called with each proof as it comes, in any order. */
  readonly onProgress?: (proof: Proof, done: number) => void;
}

/**
 * Proves programs, and returns the proofs in the programs' order.
 *
 * @throws UsageError unless this is Linux, whose /proc is read
 * @throws if no process can be started
 */
export async function prove(programs: readonly Program[], options: ProveOptions = {}): Promise<Proof[]> {
  if (process.platform !== 'linux')
    throw new UsageError(`proofs need /proc of Linux, and this is ${process.platform}`, 'run them on Linux');
  const { concurrency = Math.max(4, availableParallelism()), onProgress } = options;
  const outside = await startOutside();
  // unlike a signal, an exit ends the measured processes too
  const stop = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const queue = [...programs.entries()];
    const proofs: Proof[] = [];
    let done = 0;
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, program] = next;
        try {
          const proof = await proveOne(program, outside, options);
          proofs[index] = proof;
          done++;
          onProgress?.(proof, done);
        } catch (error) {
          queue.length = 0;
          throw error;
        }
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
    for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
    return compareOutcomes(proofs);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await outside.close();
  }
}

async function proveOne(program: Program, outside: Outside, options: ProveOptions): Promise<Proof> {
  const { runtime = nodeRuntime(), reference, times = 1, limit = 10_000 } = options;
  const start = performance.now();
  const claim: Claim = { role: program.role, ...(program.pattern && { pattern: program.pattern }) };
  const attempts: Attempt[] = [];
  for (let time = 0; time < times; time++) {
    const measured = await measure(program.file, { runtime, outside, limit });
    attempts.push({ measured, ...judge(measured, claim) });
  }
  const once =
    reference && (await measure(program.file, { runtime: reference, outside, limit, stages: [1] }));
  return withObjections(
    { program, attempts, ms: performance.now() - start, ...(once && { reference: once }) },
    [],
  );
}

/** Objects to a fix, right or wrong, whose job differs from its pattern's: deleting the feature fixes nothing. */
function compareOutcomes(proofs: readonly Proof[]): Proof[] {
  return proofs.map((proof) => {
    const { id, role } = proof.program;
    if (role !== 'fix' && role !== 'wrong-fix') return proof;
    const pair = proofs.find(({ program }) => program.id === id && program.role === 'pattern');
    const own = outcomeOf(proof);
    const wanted = pair && outcomeOf(pair);
    if (own === undefined || wanted === undefined || sameOutcome(own, wanted)) return proof;
    return withObjections(proof, [`outcome: ${own}, its pattern's ${wanted}`]);
  });
}

function outcomeOf({ attempts }: Proof): string | undefined {
  for (const { measured } of attempts) if (measured.kind === 'measured') return measured.outcome;
  return undefined;
}

function withObjections(proof: Omit<Proof, 'holds' | 'objections'>, further: readonly string[]): Proof {
  const { attempts } = proof;
  const seen = new Map<string, number>();
  for (const { objections } of attempts) {
    for (const objection of objections) seen.set(objection, (seen.get(objection) ?? 0) + 1);
  }
  const objections = [...seen].map(([objection, n]) =>
    n === attempts.length ? objection : `${objection} [${n} of ${attempts.length}]`,
  );
  const outcomes = attempts.flatMap(({ measured }) =>
    measured.kind === 'measured' ? [measured.outcome] : [],
  );
  const [first] = outcomes;
  const other = outcomes.find((outcome) => first !== undefined && !sameOutcome(first, outcome));
  if (other !== undefined) objections.push(`outcome: ${other} in one attempt, ${first} in another`);
  objections.push(...further);
  return { ...proof, objections, holds: objections.length === 0 };
}
