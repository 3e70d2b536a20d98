import type { History } from './cause-history.ts';
import { Fold } from './fold.ts';
import type { HistoryStore } from './store/store.ts';

export interface ReadOptions {
  /** Leaves out the runs of other branches; those whose branch is unknown stay. */
  readonly branch?: string;
  /** The folder of indexes; default the user's cache. */
  readonly cache?: string;
}

/**
 * Reads a history.
 *
 * @throws UsageError with line and reason if it can't be used
 */
export async function readHistory(store: HistoryStore, options: ReadOptions = {}): Promise<History> {
  return (await foldOf(store, options)).history();
}

/** Reads a history so that a run can be added to it. */
export async function foldOf(store: HistoryStore, { branch }: ReadOptions = {}): Promise<Fold> {
  const fold = new Fold();
  const { blocks } = await store.read();
  for await (const block of blocks) {
    if (branch === undefined || block.run.branch === undefined || block.run.branch === branch)
      fold.add(block);
  }
  return fold;
}
