import type { Program, Proof } from './prove.ts';

/** A line for each proof, in the order of the programs; on a terminal with a line below that says how far it is. */
export function createProgress(
  programs: readonly Program[],
  lines: boolean,
  describe: (proof: Proof) => string,
): { report(proof: Proof, done: number): void; end(): void } {
  const terminal = process.stderr.isTTY;
  const wipe = terminal ? '\r\x1b[2K' : '';
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
  return {
    report: (proof, done) => {
      waiting.set(proof.program, proof);
      process.stderr.write(wipe);
      if (lines) while (showNext());
      if (terminal) process.stderr.write(`${done}/${programs.length} proven, ${proof.program.id} last`);
    },
    end: () => {
      process.stderr.write(wipe);
    },
  };
}
