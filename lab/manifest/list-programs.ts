import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Catalogue, Program } from '../catalogue/catalogue.ts';
import { readProofs } from '../oracle/proof-file.ts';
import type { ListedProgram, Manifest } from './manifest.ts';

/** Returns the manifest of some programs of a catalogue, with their proofs from docs/proofs/. */
export function manifestOf(catalogue: Catalogue, programs: readonly Program[]): Manifest {
  const proofs = readProofs(catalogue.root);
  return {
    version: 1,
    programs: programs.map(({ id, family, role, file, markers, pattern }): ListedProgram => {
      const path = relative(catalogue.root, file);
      const proven = proofs
        .filter(({ programs: all }) => all.some((each) => each.path === path && each.holds))
        .map(({ node, times }) => ({ node, times }));
      return {
        id,
        family,
        role,
        ...(pattern && { stage: pattern.stage }),
        path,
        sha256: hashOf(readFileSync(file)),
        markers: markers.leaks,
        also: markers.also,
        proven,
        ...(role === 'pattern' && pattern && { pattern }),
      };
    }),
    sources: [...catalogue.sources.values()],
  };
}

/** Returns the SHA-256, in hex. */
export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
