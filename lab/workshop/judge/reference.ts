import { UsageError } from '../../shared/usage-error.ts';
import { layOut, watchUnder, type Sandbox, type Runnable, type Watched } from './sandbox-run.ts';
import { asUsual, faults, type Condition } from './conditions.ts';
import { comparable } from './endings.ts';
import { filesOf, type Exercise } from '../exercise/exercise.ts';

/** Runs of the reference, which a fix is compared with. */
export interface Reference {
  readonly usual: Watched;
  /** Runs under the faults that the reference survives or reports. */
  readonly faulty: ReadonlyMap<Condition, Watched>;
  /** Runs the reference once more. */
  readonly again: (condition: Condition) => Promise<Watched>;
}

/** Runs the reference under all conditions that it would notice. */
export async function referenceOf(exercise: Exercise, sandbox: Sandbox): Promise<Reference> {
  const runnable = runnableOf(exercise, layOut(filesOf(exercise, 'fixed'), sandbox));
  const again = (condition: Condition): Promise<Watched> => watchUnder(runnable, condition, sandbox);
  const [usual, ...rest] = await Promise.all(
    [asUsual, ...faultsFor(exercise)].map(async (condition) => ({
      condition,
      watched: await again(condition),
    })),
  );
  if (!usual) throw new Error('no condition fits');
  const { ending } = usual.watched.answer;
  if (ending.how !== 'returned') {
    throw new UsageError(
      `the reference of this exercise did not return: ${ending.how === 'lost' ? ending.reason : ending.how}`,
      'check again when the machine is less busy',
    );
  }
  const counting = rest.filter(({ watched }) => comparable(watched.answer.ending) !== undefined);
  return {
    usual: usual.watched,
    faulty: new Map(counting.map(({ condition, watched }) => [condition, watched])),
    again,
  };
}

/** Returns the sources of an exercise as one text. */
function originalOf({ parts }: Exercise): string {
  return parts.map(({ start, fixed }) => start.source + fixed.source).join('\n');
}

/** Returns the program in a file of an exercise, as the sandbox runs it. */
export function runnableOf(exercise: Exercise, file: string): Runnable {
  // further runs are for memory alone, as in the main job
  const isSeenLater = exercise.parts.some(
    ({ isLeaking, leaks }) => isLeaking && leaks.every(({ kind }) => kind === 'memory'),
  );
  return { file, original: originalOf(exercise), isSeenLater };
}

function faultsFor(exercise: Exercise): readonly Condition[] {
  const original = originalOf(exercise);
  // in an incident a fault of one part keeps the others from running
  return exercise.kind === 'incident' ? [] : faults.filter((fault) => fault.fits(original));
}
