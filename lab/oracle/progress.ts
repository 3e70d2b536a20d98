import { showStatus } from '../shared/status-line.ts';
import type { Program, Proof } from './prove.ts';

/** Returns a callback that prints each proof in the order of the programs, with a count below on a terminal. */
export function createProgress(
  programs: readonly Program[],
  lines: boolean,
  describe: (proof: Proof) => string,
): (proof: Proof, done: number) => void {
  const waiting = new Map<Program, Proof>();
  let shown = 0;
  const showNext = (): boolean => {
    const next = programs[shown];
    const proof = next && waiting.get(next);
    if (!proof) return false;
    process.stdout.write(`${describe(proof)}\n`);
    waiting.delete(next);
    shown++;
    return true;
  };
  return (proof, done) => {
    waiting.set(proof.program, proof);
    showStatus('');
    if (lines) while (showNext());
    showStatus(`${done}/${programs.length} proven, ${proof.program.id} last`);
  };
}
