import type { Pattern } from '../contract.ts';
import type { Catalogue, Program } from './program.ts';

/** A pair with its decoys and wrong fixes. */
export interface Pair {
  readonly pattern: Program & { readonly pattern: Pattern };
  readonly fix: Program;
  readonly wrongFixes: readonly Program[];
  readonly decoys: readonly Program[];
}

/** Returns the pairs of a catalogue, in its order. */
export function pairsOf({ programs }: Catalogue): readonly Pair[] {
  return programs.flatMap((program) => {
    const { id, role, pattern } = program;
    if (role !== 'pattern' || !pattern) return [];
    const own = programs.filter((each) => each.id === id);
    const fix = own.find((each) => each.role === 'fix');
    if (!fix) return [];
    const having = (wanted: string): Program[] => own.filter((each) => each.role === wanted);
    return [
      { pattern: { ...program, pattern }, fix, wrongFixes: having('wrong-fix'), decoys: having('decoy') },
    ];
  });
}
