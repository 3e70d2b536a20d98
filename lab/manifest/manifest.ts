import type { Marker } from '../catalogue/markers.ts';
import type { Source } from '../catalogue/sources.ts';
import type { Family, Pattern, Role, Stage } from '../contract.ts';

/** The catalogue as data, version 1; manifest.schema.json describes it for other languages. */
export interface Manifest {
  readonly version: 1;
  readonly programs: readonly ListedProgram[];
  readonly sources: readonly Source[];
}

/** A program with its label. */
export interface ListedProgram {
  /** The id of its pair or decoy: `timer/interval-never-cleared`. */
  readonly id: string;
  readonly family: Family;
  readonly role: Role;
  /** The stage of the pair; none for a decoy without a pair. */
  readonly stage?: Stage;
  /** The path relative to the folder of the catalogue. */
  readonly path: string;
  /** The hash of the file's bytes, in hex. */
  readonly sha256: string;
  /** Leaks of one run: the kind, the line of the file, the count. */
  readonly markers: readonly Marker[];
  /** Other lines that a fair report may name. */
  readonly also: readonly number[];
  /** The Node versions on which the label was proven without a detector, and how often. */
  readonly proven: readonly { readonly node: string; readonly times: number }[];
  /** Metadata of a pattern: title, what grows, citations, hints, the Node versions on which it leaks. */
  readonly pattern?: Pattern;
}
