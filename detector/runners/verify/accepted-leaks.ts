import { dirname, relative } from 'node:path';
import type { Report } from '../../finding.ts';
import { acceptLeaks } from '../../report/accept-leaks.ts';
import { accept, fingerprintOf, loadBaseline, withBaseline, type Baseline } from '../../report/baseline.ts';
import type { AcceptedInRun } from '../output/tally.ts';

/** The leaks that the project's baseline accepts, and those that this process adds to it. */
export class AcceptedLeaks {
  readonly #isAccepting: boolean;
  #baseline: Baseline;
  /** The fingerprints that this process has added, with the files that leaked them. */
  readonly #added = new Set<string>();
  /** The fingerprints since the last count. */
  readonly #counted = new Set<string>();

  /** @throws {@link BaselineError} if the baseline can't be used */
  constructor(file: string, isAccepting = false) {
    this.#baseline = loadBaseline(file);
    this.#isAccepting = isAccepting;
  }

  /** Returns how many leaks were accepted since the last call, and where. */
  count(): AcceptedInRun {
    const count = this.#counted.size;
    this.#counted.clear();
    const { file } = this.#baseline;
    const path = relative(process.cwd(), file);
    return { count, baseline: path.startsWith('..') ? file : path };
  }

  /** Moves the accepted leaks of a report to the tolerated ones. */
  of(report: Report): Report {
    return withBaseline(report, this.#baseline);
  }

  /**
   * Adds the leaks of a test file or a program to the baseline, if the run accepts its leaks.
   *
   * @throws {@link BaselineError} if the baseline can't be written
   */
  add({ leaks }: Report, seenIn: string): void {
    if (!this.#isAccepting) return;
    const { file } = this.#baseline;
    const fresh = leaks.filter((leak) => {
      const fingerprint = fingerprintOf(leak, dirname(file));
      this.#counted.add(fingerprint);
      const key = `${fingerprint}\n${seenIn}`;
      const isFresh = !this.#added.has(key);
      this.#added.add(key);
      return isFresh;
    });
    if (fresh.length === 0) return;
    this.#baseline = acceptLeaks(
      file,
      fresh.map((leak) => accept(leak, dirname(file), [seenIn])),
    );
  }
}
