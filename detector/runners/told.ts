import type { Finding, Report } from '../finding.ts';

/** What tests have been told already, so that the file, or the test around them, is told the rest alone. */
export class AlreadyReported {
  readonly #counts = new Map<string, number>();

  /** Notes what a test has left, tolerated or not. */
  add({ leaks, ignored }: Pick<Report, 'leaks' | 'ignored'>): void {
    for (const finding of [...leaks, ...ignored]) {
      const key = keyOf(finding);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + finding.count);
    }
  }

  /** What of a report nobody has been told. */
  unreported(report: Report): Report {
    return { ...report, leaks: this.#rest(report.leaks), ignored: this.#rest(report.ignored) };
  }

  #rest<Found extends Finding>(findings: readonly Found[]): Found[] {
    const counts = new Map(this.#counts);
    return findings.flatMap((finding) => {
      let { count } = finding;
      // what was anybody's while a test was open is the file's when it is alone
      for (const owner of new Set([finding.owner, 'shared'])) {
        const key = keyOf({ ...finding, owner });
        const known = Math.min(counts.get(key) ?? 0, count);
        counts.set(key, (counts.get(key) ?? 0) - known);
        count -= known;
      }
      return count === 0 ? [] : [{ ...finding, count }];
    });
  }
}

/** The evidence may have become better since. */
function keyOf({ kind, type, owner, site }: Finding): string {
  return [kind, type, owner, site?.file, site?.line, site?.function].join('\n');
}
