import type { Report } from '../../finding.ts';
import { formatRepeated } from '../../report/format-report.ts';
import { causesOf, lineKeyOf } from '../../report/same-cause.ts';

/** The number of causes that a message shows in full. */
const shownCauses = 20;

/** The causes that were reported in full, each with the test for which it was. */
export class ReportedCauses {
  readonly #first = new Map<string, string>();

  /** Formats a report, with one line for each cause that an earlier report shows in full. */
  format(report: Report): string {
    return formatRepeated(report, ({ finding }) => this.#first.get(lineKeyOf(finding) ?? ''), {
      limit: shownCauses,
    });
  }

  /** Reports whether earlier reports show all causes in full. */
  hasAll({ leaks }: Report): boolean {
    return leaks.every((leak) => this.#first.has(lineKeyOf(leak) ?? ''));
  }

  /**
   * Notes the causes that a formatted report shows in full.
   *
   * @param by names the test, file or run that leaked
   */
  add({ leaks }: Report, by: string): void {
    const keys = causesOf(leaks).map(({ finding }) => lineKeyOf(finding));
    const fresh = keys.filter((key) => key === undefined || !this.#first.has(key));
    for (const key of fresh.slice(0, shownCauses)) if (key !== undefined) this.#first.set(key, by);
  }
}
