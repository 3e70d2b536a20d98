import { relative, sep } from 'node:path';
import type { Finding } from '../../detector/index.ts';
import type { TestReport } from '../../detector/internal.ts';

/** Line of a suite that leaks, with the number of leaks. */
export interface Cause {
  /** `fd test/flush.test.js:94 <anonymous>`: the same in each run of the same version. */
  readonly key: string;
  /** Things that leaked, in all tests together. */
  readonly count: number;
  /** Tests and files that the leak was reported for. */
  readonly units: number;
}

/**
 * Groups the reports of a run by cause; the most frequent first.
 *
 * @param root absolute: the folder of the package
 */
export function causesOf(reports: readonly TestReport[], root: string): readonly Cause[] {
  const causes = new Map<string, Cause>();
  for (const { report } of reports) {
    for (const finding of report.leaks) {
      const key = keyOf(finding, root);
      const { count = 0, units = 0 } = causes.get(key) ?? {};
      causes.set(key, { key, count: count + finding.count, units: units + 1 });
    }
  }
  return [...causes.values()].toSorted((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}

/** Returns a key without what differs from run to run: counts, names of temporary files, the test. */
function keyOf({ kind, site, stack }: Finding, root: string): string {
  if (site) return `${kind} ${pathFrom(root, site.file)}:${site.line} ${site.function}`;
  const [made] = stack;
  return `${kind} of no line${made === undefined ? '' : `, made in ${made.replace(/ \(.*$/, '')}`}`;
}

function pathFrom(root: string, file: string): string {
  return relative(root, file).replaceAll(sep, '/');
}
