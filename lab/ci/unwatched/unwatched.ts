import type { TestReport } from '../../../detector/internal.ts';
import { pathFrom, type Problem } from '../formats/results.ts';
import { plural } from '../formats/tell.ts';
import type { ListedRun, ListedRuns } from './listed-runs.ts';

const shownFiles = 3;

const lines: Readonly<Record<ListedRuns['runner'], string>> = {
  vitest: "setupFiles: ['leaklab/vitest']",
  jest: "setupFilesAfterEnv: ['leaklab/jest']",
};

/** Returns a problem for each project of vitest or jest whose test files ran without leaklab. */
export function unwatchedIn(
  lists: readonly ListedRuns[],
  reports: readonly TestReport[],
  root: string,
): Problem[] {
  const byRunner = Map.groupBy(lists, ({ runner }) => runner);
  return [...byRunner].flatMap(([runner, own]) => {
    const unwatched = withoutReport(
      own.flatMap(({ runs }) => runs),
      reports.filter((report) => report.runner === runner),
    );
    const projects = Map.groupBy(unwatched, ({ project, folder }) => `${project}\n${folder}`);
    return [...projects.values()].map((files) => problemOf(runner, files, root));
  });
}

/** Returns the runs that wrote no report of their file; a project with the line is taken at its word. */
function withoutReport(runs: readonly ListedRun[], reports: readonly TestReport[]): ListedRun[] {
  const watched = Map.groupBy(
    reports.filter(({ unit }) => unit === 'file'),
    ({ file }) => file,
  );
  return [...Map.groupBy(runs, ({ file }) => file)].flatMap(([file, ofFile]) => {
    // projects may share a file
    const missing = ofFile.length - (watched.get(file)?.length ?? 0);
    return ofFile.filter(({ isSetUp }) => !isSetUp).slice(0, Math.max(missing, 0));
  });
}

function problemOf(runner: ListedRuns['runner'], runs: readonly ListedRun[], root: string): Problem {
  const [{ project, folder } = { project: '', folder: root }] = runs;
  const files = runs.map(({ file }) => pathFrom(root, file)).toSorted();
  const more = files.length - shownFiles;
  const shown = `${files.slice(0, shownFiles).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const place = pathFrom(root, folder);
  const name = project === '' ? `in ${place === root ? '.' : place}` : JSON.stringify(project);
  return {
    message:
      `nothing was watched in ${runner}'s project ${name}: ${files.length} test ` +
      `${plural(files.length, 'file')} ran without leaklab: ${shown}; ` +
      `next: add ${lines[runner]} to that project`,
    ...(files[0] !== undefined && { path: files[0] }),
  };
}
