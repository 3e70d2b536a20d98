import { relative } from 'node:path';
import semver from 'semver';
import type { Catalogue, Program } from '../catalogue/catalogue.ts';
import { families } from '../contract.ts';
import type { Listed } from './board/board.ts';
import type { RuntimeHere } from './runs/cells.ts';

/** Sample of some pairs of each family, in the catalogue's order, with all their programs. */
export interface Sample {
  readonly pairs: number;
  /** Number of the sample, which decides the pairs. */
  readonly from: number;
}

export function sampleOf(programs: readonly Program[], { pairs, from }: Sample): readonly Program[] {
  const ids = families.flatMap((family) => {
    const own = programs.filter((program) => program.family === family && program.role === 'pattern');
    return Array.from(
      { length: Math.min(pairs, own.length) },
      (_, index) => own[(from * pairs + index) % own.length]?.id,
    );
  });
  return programs.filter(({ id }) => ids.includes(id));
}

/** Returns a program with the path by which records name it. */
export function listedOf(program: Program, { root }: Catalogue): Listed {
  const { id, role, family, file, markers, pattern } = program;
  return {
    id,
    role,
    family,
    path: relative(root, file),
    markers,
    ...(pattern && { stage: pattern.stage, channel: pattern.seenThrough }),
  };
}

/** Reports whether a pattern leaks on this release. */
export function holdsOn({ pattern }: Program, { name, version }: RuntimeHere): boolean {
  return name !== 'node' || !pattern || semver.satisfies(version, pattern.node);
}
