import { writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding, Report } from '../../finding.ts';
import { isWithin, type Owner } from '../../origin/owner.ts';
import type { Judge, Verdict } from './judge.ts';
import { bylineOf, type Verification } from './verification.ts';

/** A test that left something when it ended. */
export interface Suspect {
  readonly verification: Verification;
  /** Judges what is found in the end. */
  readonly rule: (found: Report) => Verdict;
  /** Fails the test after the fact. */
  readonly fail: (leak: Error) => void;
}

/** The tests of one file that left something, and are judged when the file has cleaned up. */
export class Suspects {
  readonly #judge: Judge;
  readonly #open = new Set<Suspect>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  get size(): number {
    return this.#open.size;
  }

  add(suspect: Suspect): void {
    if (unjudged.size === 0) process.on('exit', reportUnjudged);
    unjudged.add(this);
    this.#open.add(suspect);
  }

  /**
   * Judges them together: they share looks, one wait and one collection.
   *
   * @param within the owner within which they began; without it, all of them are judged
   */
  async settle(within?: Owner): Promise<void> {
    const due = [...this.#open].filter(({ verification }) => !within || isWithin(verification.owner, within));
    const found = await Promise.all(due.map(({ verification }) => this.#judge.find(verification)));
    for (const [index, suspect] of due.entries()) {
      const { verification, rule, fail } = suspect;
      this.#remove(suspect);
      const report = found[index];
      if (!report) continue;
      const { error } = this.#judge.end(verification, report, rule);
      if (error) fail(error);
    }
  }

  /** Ends them without a check. */
  abandon(): void {
    for (const suspect of this.#open) {
      this.#remove(suspect);
      suspect.verification.dispose();
    }
  }

  #remove(suspect: Suspect): void {
    this.#open.delete(suspect);
    if (this.#open.size > 0 || !unjudged.delete(this)) return;
    if (unjudged.size === 0) process.off('exit', reportUnjudged);
  }

  /** Prints and writes what they left when the process exits before the file has ended; that is no verdict. */
  reportUnjudged(): void {
    for (const { verification } of this.#open) {
      const report = this.#judge.accepted(verification.findNow());
      if (report.leaks.length === 0) continue;
      const by = bylineOf(verification.identity, report);
      writeSync(2, `leaklab: ${by}: suspected of ${report.leaks.map(inShort).join(', ')}; ${why}\n`);
      const notJudged = report.leaks.map((leak) => ({
        type: leak.type,
        count: leak.count,
        why: `${inShort(leak)}; ${why}`,
      }));
      this.#judge.write(verification.identity, {
        ...report,
        leaks: [],
        notJudged: [...report.notJudged, ...notJudged],
      });
    }
  }
}

/** The suspects of all files; one listener serves them all. */
const unjudged = new Set<Suspects>();

function reportUnjudged(): void {
  for (const suspects of unjudged) suspects.reportUnjudged();
}

const why = 'not judged, because the file did not end';

function inShort({ count, kind, site }: Finding): string {
  return `${count} ${kind}${site ? ` at ${basename(site.file)}:${site.line}` : ''}`;
}
