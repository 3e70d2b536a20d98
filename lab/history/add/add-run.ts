import type { Block } from '../records.ts';
import { foldOf } from '../read-history.ts';
import { FileStore } from '../store/file-store.ts';
import { keepMergeable } from '../store/git-attributes.ts';
import type { HistoryStore } from '../store/store.ts';
import { blockOfReports, type NewRun } from './block-of-reports.ts';

/** A run that was added, or that the history had. */
export interface AddedRun {
  readonly block: Block;
  readonly isNew: boolean;
  /** Causes that the history did not have. */
  readonly newCauses: readonly string[];
  /** Causes that came back. */
  readonly reopened: readonly string[];
  /** Lines for people. */
  readonly remarks: readonly string[];
}

/** Adds a run to a history. */
export async function addRun(store: HistoryStore, run: NewRun): Promise<AddedRun> {
  const { branch } = run.tested;
  const fold = await foldOf(store);
  const ofBranch = branch === undefined ? fold : await foldOf(store, { branch });
  const { block, remarks } = await blockOfReports({ all: fold, branch: ofBranch }, run);
  const notes = [...remarks];
  const added = await store.add([block]);
  if (store instanceof FileStore) {
    const attributes = await keepMergeable(store.file);
    if (attributes !== undefined) {
      notes.push(`${attributes} lets git merge ${store.name} by merge=union: commit both`);
    }
  }
  const causes = block.leaks.map(({ cause }) => cause);
  return {
    block,
    isNew: added.length > 0,
    newCauses: causes.filter((cause) => !fold.causes.has(cause)),
    reopened: causes.filter((cause) => (fold.causes.get(cause)?.cleanRuns ?? 0) > 0),
    remarks: notes,
  };
}
