import { UsageError } from '../../shared/usage-error.ts';
import type { Block, RunRecord } from '../records.ts';

/** The runs that a reader knows, from an index. */
export interface Known {
  /** In the order of the history. */
  readonly runs: readonly Pick<RunRecord, 'run' | 'time' | 'digest'>[];
  /** The state of the store then, as {@link Reading.mark} returned it. */
  readonly mark: string;
}

/** The content of a store, or what follows on {@link Known}. */
export interface Reading {
  /** True if the blocks follow on what is known; false if they are the whole history. */
  readonly follows: boolean;
  /** Blocks in order; each is checked before it is yielded. */
  readonly blocks: Iterable<Block> | AsyncIterable<Block>;
  /** The state of the store; empty if it can't be recognized again. */
  readonly mark: string;
}

/** A place that keeps a history. */
export interface HistoryStore {
  /** The name for people; it has no password. */
  readonly name: string;
  /** The name under which an index is kept; it has no password. */
  readonly key: string;
  /** True if an index pays. */
  readonly isLarge: boolean;
  /** @throws UsageError if the history can't be read, with line and reason */
  read(known?: Known): Promise<Reading>;
  /**
   * Adds runs whole; those that the store has stay as they are.
   *
   * @returns the names of those that were added
   * @throws UsageError if the store has one of these names with other leaks
   */
  add(blocks: readonly Block[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Reports whether two records of one run say the same, whenever each was added. */
export function isSameRun(a: Block, b: Block): boolean {
  return JSON.stringify(essence(a)) === JSON.stringify(essence(b));
}

function essence({ run, leaks }: Block): unknown {
  const { commit, nodes, watched } = run;
  return [
    commit,
    nodes,
    watched,
    leaks.map(({ cause, fingerprint, count }) => [fingerprint ?? cause, count]).toSorted(),
  ];
}

/** Returns the error for a run whose name is taken. */
export function otherRun(run: string, store: string): UsageError {
  return new UsageError(
    `${store} has run ${JSON.stringify(run)} already, with other leaks`,
    'add all reports of a run at once, or name this run: --run NAME',
  );
}
