import type { History } from './cause-history.ts';
import { Fold } from './fold.ts';
import { HistoryIndex, indexPath, writeIndex } from './store/history-index.ts';
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
export async function foldOf(store: HistoryStore, { branch, cache }: ReadOptions = {}): Promise<Fold> {
  const file = store.isLarge ? indexPath(store.key, branch, cache) : undefined;
  const index = file === undefined ? undefined : HistoryIndex.open(file);
  const { known } = index ?? {};
  let reading = await store.read(known);
  let fold = reading.follows ? index?.fold() : undefined;
  index?.close();
  if (reading.follows && !fold) reading = await store.read();
  const runs = fold && known ? [...known.runs] : [];
  const before = runs.length;
  fold ??= new Fold();
  for await (const { run, leaks } of reading.blocks) {
    runs.push({ run: run.run, time: run.time, digest: run.digest });
    if (branch === undefined || run.branch === undefined || run.branch === branch) fold.add({ run, leaks });
  }
  const { mark } = reading;
  const isSame = known?.mark === mark && runs.length === before && reading.follows;
  if (file !== undefined && mark !== '' && !isSame) writeIndex(file, { known: { runs, mark }, fold });
  return fold;
}
