import type { Finding, Report } from '../../finding.ts';

/** The leaks that tests reported, so that their file, or the test around them, doesn't repeat them. */
export class AlreadyReported {
  readonly #counts = new Map<string, number>();

  /** Notes the findings of a test, tolerated or not. */
  add({ leaks, ignored }: Pick<Report, 'leaks' | 'ignored'>): void {
    for (const finding of [...leaks, ...ignored]) {
      const key = keyOf(finding);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + finding.count);
    }
  }

  /** Returns another with the same findings. */
  copy(): AlreadyReported {
    const copy = new AlreadyReported();
    for (const [key, count] of this.#counts) copy.#counts.set(key, count);
    return copy;
  }

  /** Returns a report without the findings that were noted. */
  unreported(report: Report): Report {
    return { ...report, leaks: this.#rest(report.leaks), ignored: this.#rest(report.ignored) };
  }

  #rest<Found extends Finding>(findings: readonly Found[]): Found[] {
    const counts = new Map(this.#counts);
    return findings.flatMap((finding) => {
      let { count } = finding;
      // a shared leak of a test has the file as its owner when the file is alone
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

/** Returns an identity without the evidence, which may have become better. */
function keyOf({ kind, type, owner, site }: Finding): string {
  return [kind, type, owner, site?.file, site?.line, site?.function].join('\n');
}
