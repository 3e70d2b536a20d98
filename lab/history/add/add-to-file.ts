import { loadBaseline, type TestReport } from '../../../detector/internal.ts';
import { openFile } from '../store-options.ts';
import { addReports, tellOfRun } from './add-run.ts';

/** Adds the run that just ended to the history of a file, and says so on standard error. */
export async function addToHistory(
  file: string,
  about: {
    readonly reports: readonly TestReport[];
    readonly root: string;
    /** The path; its leaks are read anew, as the run may have accepted some. */
    readonly baseline?: string | undefined;
    readonly since?: string;
  },
): Promise<void> {
  const { baseline, ...others } = about;
  const store = openFile({ file });
  const added = await addReports(store, {
    ...others,
    lastReport: new Date(),
    ...(baseline !== undefined && { baseline: loadBaseline(baseline) }),
  });
  for (const line of [...added.remarks, tellOfRun(added, store.name)]) process.stderr.write(`${line}\n`);
}
