import { relative } from 'node:path';
import semver from 'semver';
import type { Catalogue, Program } from '../catalogue/catalogue.ts';
import { families } from '../contract.ts';
import type { Listed } from './board/board.ts';
import type { RuntimeHere } from './runs/cells.ts';

/** So many pairs of each family, in the catalogue's order, with all that belongs to them. */
export interface Sample {
  readonly pairs: number;
  /** With which of them it begins: another number, others. */
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

/** A program by the path that records name it by. */
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

/** Whether a pattern is one on this release. */
export function holdsOn({ pattern }: Program, { name, version }: RuntimeHere): boolean {
  return name !== 'node' || !pattern || semver.satisfies(version, pattern.node);
}
