import type { Marker } from '../catalogue/markers.ts';
import type { Source } from '../catalogue/sources.ts';
import type { Family, Pattern, Role, Stage } from '../contract.ts';

/** The catalogue as data, version 1; manifest.schema.json says the same to other languages. */
export interface Manifest {
  readonly version: 1;
  readonly programs: readonly ListedProgram[];
  readonly sources: readonly Source[];
}

/** One program with its label. */
export interface ListedProgram {
  /** Of the pair or decoy it belongs to: `timer/interval-never-cleared`. */
  readonly id: string;
  readonly family: Family;
  readonly role: Role;
  /** Of the pair; a decoy with a name of its own has none. */
  readonly stage?: Stage;
  /** Relative to the folder of the catalogue. */
  readonly path: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  /** What one run leaves: of which kind, from which line of the file, how many. */
  readonly markers: readonly Marker[];
  /** Lines that a fair report may name instead. */
  readonly also: readonly number[];
  /** Where the label was proven without a detector, and how often on each. */
  readonly proven: readonly { readonly node: string; readonly times: number }[];
  /** What a pattern says of itself: title, what grows, citations, hints, the Node versions on which it leaks. */
  readonly pattern?: Pattern;
}
