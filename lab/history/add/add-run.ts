import type { Block } from '../records.ts';
import { plural } from '../../ci/formats/tell.ts';
import { foldOf } from '../read-history.ts';
import { FileStore } from '../store/file-store.ts';
import { keepMergeable } from '../store/git-attributes.ts';
import type { HistoryStore } from '../store/store.ts';
import { blockOfReports, type NewRun } from './block-of-reports.ts';
import { nameInCi, nameOfReports, testedIn, timeOf } from './run-identity.ts';

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

/** The reports of a run, and what the options say of it. */
export interface ReportsOfRun extends Omit<NewRun, 'run' | 'time' | 'tested'> {
  /** The name; default that of the CI service, else a hash. */
  readonly name?: string | undefined;
  /** The branch; default as the CI service or git says. */
  readonly branch?: string | undefined;
  /** The time of the last report. */
  readonly lastReport: Date;
}

/** Adds a run to a history, named as its CI service names it. */
export async function addReports(
  store: HistoryStore,
  { name, branch, lastReport, ...about }: ReportsOfRun,
): Promise<AddedRun> {
  const { env } = process;
  const tested = { ...(await testedIn(about.root, env)), ...(branch !== undefined && { branch }) };
  const run = name ?? nameInCi(env) ?? nameOfReports(tested.commit, about.reports);
  return addRun(store, { ...about, run, time: timeOf(env, lastReport), tested });
}

async function addRun(store: HistoryStore, run: NewRun): Promise<AddedRun> {
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

/** Returns a line about a run that was added. */
export function tellOfRun({ block, isNew, newCauses, reopened }: AddedRun, store: string): string {
  const { run, leaks, fixed = [] } = block.run;
  if (!isNew) return `${store}: run ${run} was there already`;
  const more = [
    ...(newCauses.length > 0 ? [`${newCauses.length} new`] : []),
    ...(reopened.length > 0 ? [`${reopened.length} came back`] : []),
    ...(fixed.length > 0 ? [`${fixed.length} fixed`] : []),
  ];
  const what = leaks === 0 ? 'no leaks' : `${leaks} ${plural(leaks, 'cause')}`;
  return `${store}: run ${run} added: ${[what, ...more].join(', ')}`;
}
