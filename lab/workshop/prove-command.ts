import { showStatus } from '../shared/status-line.ts';
import type { Exercise } from './exercise/exercise.ts';
import { proveExercises, type Proof } from './prove-workshop.ts';

/** Runs `leaklab workshop prove`, prints to standard output, and returns the exit code. */
export async function proveCommand(exercises: readonly Exercise[], isJson: boolean): Promise<number> {
  const started = performance.now();
  const proofs = await proveExercises(exercises, {
    onProven: (proven, done) => {
      showStatus('');
      if (!isJson) process.stdout.write(`${describe(proven).join('\n')}\n`);
      showStatus(`${done}/${exercises.length} proven`);
    },
  });
  showStatus('');
  const held = proofs.filter(({ holds }) => holds).length;
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    isJson
      ? `${JSON.stringify(toJson(exercises, proofs))}\n`
      : `\n${exercises.length} exercises: ${held} of ${proofs.length} claims hold (${seconds.toFixed(1)} s)\n`,
  );
  return held === proofs.length && proofs.length > 0 ? 0 : 1;
}

function describe(proofs: readonly Proof[]): string[] {
  const [first] = proofs;
  if (!first) return [];
  const wrong = proofs.filter(({ holds }) => !holds);
  const claims = proofs.map(({ claim }) => claim).join(', ');
  const { id, kind } = first.exercise;
  const head = `${wrong.length === 0 ? '✓' : '✗'} ${id}${kind === 'program' ? '' : ` (${kind})`}: ${claims}`;
  return [head, ...wrong.map(({ claim, instead }) => `    ${claim}: ${instead}`)];
}

function toJson(exercises: readonly Exercise[], proofs: readonly Proof[]): object {
  return {
    version: 1,
    summary: {
      exercises: exercises.length,
      claims: proofs.length,
      hold: proofs.filter(({ holds }) => holds).length,
    },
    claims: proofs.map(({ exercise: { id, kind }, claim, holds, instead }) => ({
      id,
      kind,
      claim,
      holds,
      instead,
    })),
  };
}
