import type { Family, Pattern, Role } from '../contract.ts';
import type { Markers } from './markers.ts';
import type { Source } from './sources.ts';
import type { Story } from './story.ts';

/** A file of the catalogue that can be run. */
export interface Program {
  /** The id of its pair or decoy: `timer/interval-never-cleared`. */
  readonly id: string;
  readonly family: Family;
  readonly role: Role;
  /** Absolute path. */
  readonly file: string;
  readonly markers: Markers;
  readonly story: Story;
  /** The metadata of the pair's pattern; none for a decoy without a pair. */
  readonly pattern?: Pattern;
}

export interface Catalogue {
  readonly root: string;
  readonly programs: readonly Program[];
  readonly sources: ReadonlyMap<string, Source>;
}
