import { UsageError } from '../usage-error.ts';
import { layOut, watchUnder, type Sandbox, type Runnable, type Watched } from './bench.ts';
import { asUsual, faults, type Condition } from './conditions.ts';
import { comparable } from './endings.ts';
import { filesOf, type Exercise } from './exercise.ts';

/** How the reference comes out, which a fix is held to. */
export interface Reference {
  readonly usual: Watched;
  /** Only those under which the reference comes to an end. */
  readonly faulty: ReadonlyMap<Condition, Watched>;
  /** Runs it once more. */
  readonly again: (condition: Condition) => Promise<Watched>;
}

/** Runs the fixed program under all conditions that it would notice. */
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
      `the reference of this exercise did not come to its end: ${ending.how === 'lost' ? ending.reason : ending.how}`,
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

/** All that an exercise was made from. */
function originalOf({ parts }: Exercise): string {
  return parts.map(({ start, fixed }) => start.source + fixed.source).join('\n');
}

/** The program of an exercise in this file, as the sandbox runs it. */
export function runnableOf(exercise: Exercise, file: string): Runnable {
  // what can be seen at once is looked for at once, as the main job does
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
