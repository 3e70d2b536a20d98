import type { Report } from '../../finding.ts';
import { lineKeyOf } from '../../report/same-cause.ts';

/** The lines that have leaked after a full wait, by the test file. */
export class LeakedLines {
  readonly #keys = new Map<string, Set<string | undefined>>();

  add({ leaks }: Report, testFile: string): void {
    const known = this.#keys.get(testFile) ?? new Set();
    this.#keys.set(testFile, known);
    for (const leak of leaks) known.add(lineKeyOf(leak));
    // leaks without a line may differ
    known.delete(undefined);
  }

  /** Reports whether all leaks of a report are of lines that have leaked in this test file. */
  hasAll({ leaks }: Report, testFile: string): boolean {
    const known = this.#keys.get(testFile);
    return known !== undefined && leaks.every((leak) => known.has(lineKeyOf(leak)));
  }
}
