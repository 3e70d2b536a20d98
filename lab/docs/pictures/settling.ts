/** Where the measurement stands, relative to the project. */
export const settlingFile = 'docs/settling.json';

/** When the detector had nothing left to say of a clean program. */
export interface Settled {
  readonly id: string;
  readonly role: 'fix' | 'decoy';
  /** Turns of the event loop that had passed; null if something was left to the end. */
  readonly turns: number | null;
  /** The sum of the pauses after them, in ms. */
  readonly ms: number | null;
}

export interface SettlingFile {
  readonly version: 1;
  /** `process.version` */
  readonly node: string;
  /** ms after which was given up. */
  readonly budget: number;
  readonly programs: readonly Settled[];
}
