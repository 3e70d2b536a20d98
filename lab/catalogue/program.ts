import type { Family, Pattern, Role } from '../contract.ts';
import type { Markers } from './markers.ts';
import type { Source } from './sources.ts';
import type { Story } from './story.ts';

/** One file of the catalogue that can be run. */
export interface Program {
  /** Of the pair or decoy it belongs to: `timer/interval-never-cleared`. */
  readonly id: string;
  readonly family: Family;
  readonly role: Role;
  /** Absolute path. */
  readonly file: string;
  readonly markers: Markers;
  readonly story: Story;
  /** What the pair's pattern says of itself; none for a decoy with a name of its own. */
  readonly pattern?: Pattern;
}

export interface Catalogue {
  readonly root: string;
  readonly programs: readonly Program[];
  readonly sources: ReadonlyMap<string, Source>;
}
