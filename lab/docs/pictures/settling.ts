/** The file of the measurement, relative to the project. */
export const settlingFile = 'docs/settling.json';

/** The moment from which the detector reports nothing of a clean program. */
export interface Settled {
  readonly id: string;
  readonly role: 'fix' | 'decoy';
  /** Turns of the event loop before that moment; null if there was none. */
  readonly turns: number | null;
  /** The sum of the pauses after them, in ms. */
  readonly ms: number | null;
}

export interface SettlingFile {
  readonly version: 1;
  /** `process.version` */
  readonly node: string;
  /** ms after which the measurement gave up. */
  readonly budget: number;
  readonly programs: readonly Settled[];
}
