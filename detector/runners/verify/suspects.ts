import { writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding, Report } from '../../finding.ts';
import { isWithin, type Owner } from '../../origin/owner.ts';
import type { Judge, Verdict } from './judge.ts';
import { areReportsWanted } from './test-report.ts';
import { bylineOf, type Verification } from './verification.ts';

/** A test, or a file, that left something when it ended. */
export interface Suspect {
  readonly verification: Verification;
  /** Judges what is found in the end. */
  readonly rule: (found: Report) => Verdict;
  /** Fails the test after the fact. */
  readonly fail: (leak: Error, report: Report) => void;
  /** Takes the failure back. */
  readonly forgive?: () => void;
}

/** The tests of one file that left something, and are judged when the file has cleaned up. */
export class Suspects {
  readonly #judge: Judge;
  readonly #open = new Set<Suspect>();
  /** Those that leak until a later file closes it, with the number of their leaks. */
  readonly #leaking = new Map<Suspect, number>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Reports whether some leak until a later file closes it. */
  get areLeaking(): boolean {
    return this.#leaking.size > 0;
  }

  add(suspect: Suspect): void {
    if (unjudged.size === 0) process.on('exit', reportUnjudged);
    unjudged.add(this);
    this.#open.add(suspect);
    const { verification } = suspect;
    // a signal may end the process, and a listener for signals would change what the program does
    if (areReportsWanted()) this.#judge.writePreliminary(verification.identity, this.#suspected(suspect));
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
      const { error, report: judged } = this.#judge.end(verification, report, rule);
      if (error) fail(error, judged);
    }
  }

  /**
   * Judges them as {@link settle} does, but what leaks fails until a later review finds that it is gone.
   *
   * @param last is judged after the others
   */
  async review(last?: Suspect): Promise<void> {
    const due = [...this.#leaking.keys(), ...this.#open, ...(last ? [last] : [])];
    const found = await Promise.all(due.map(({ verification }) => this.#judge.find(verification)));
    const left = due.map((suspect, index) => ({ suspect, report: found[index] }));
    const counts = left.map(({ report }) => (report ? countOf(this.#judge.accepted(report)) : 0));
    if (due.every((suspect, index) => this.#leaking.get(suspect) === counts[index])) return;
    // those that are clean first: what they tolerate is theirs, whatever is left of the others
    for (const isLeaking of [false, true]) {
      for (const [index, { suspect, report }] of left.entries()) {
        const count = counts[index] ?? 0;
        if (!report || count > 0 !== isLeaking) continue;
        // judged again all the same, so that its file doesn't report it
        if (this.#leaking.get(suspect) === count) suspect.rule(report);
        else this.#hold(suspect, report, count);
      }
    }
  }

  #hold(suspect: Suspect, found: Report, count: number): void {
    const { verification, rule, fail, forgive } = suspect;
    this.#remove(suspect);
    if (this.#leaking.delete(suspect)) forgive?.();
    const { error, report } = this.#judge.hold(verification, found, rule);
    if (!error) return;
    this.#leaking.set(suspect, count);
    verification.shorten(shortWait);
    fail(error, report);
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
    for (const suspect of this.#open) {
      const { identity } = suspect.verification;
      const report = this.#judge.accepted(suspect.verification.findNow());
      if (report.leaks.length === 0) continue;
      const by = bylineOf(identity, report);
      writeSync(2, `leaklab: ${by}: suspected of ${report.leaks.map(inShort).join(', ')}; ${why}\n`);
      this.#judge.write(identity, notJudged(report));
    }
  }

  #suspected({ verification }: Suspect): Report {
    if (this.#open.size <= mostLooks) return notJudged(this.#judge.accepted(verification.findNow()));
    return { ...nothingFound, notJudged: [{ type: 'test', count: 1, why: `left something open; ${why}` }] };
  }
}

/** The number of suspects of a file at which a look is taken at once: each takes longer than the one before. */
const mostLooks = 50;

const nothingFound: Report = {
  version: 1,
  leaks: [],
  ignored: [],
  notJudged: [],
  unusedRules: [],
  expiredRules: [],
  failedProbes: [],
};

/** The time in ms that what leaks is given again when a later file ends. */
const shortWait = 60;

/** The suspects of all files; one listener serves them all. */
const unjudged = new Set<Suspects>();

function reportUnjudged(): void {
  for (const suspects of unjudged) suspects.reportUnjudged();
}

const why = 'not judged, because the file did not end';

function notJudged(report: Report): Report {
  const suspected = report.leaks.map((leak) => ({
    type: leak.type,
    count: leak.count,
    why: `${inShort(leak)}; ${why}`,
  }));
  return { ...report, leaks: [], notJudged: [...report.notJudged, ...suspected] };
}

function countOf({ leaks }: Report): number {
  return leaks.reduce((sum, { count }) => sum + count, 0);
}

function inShort({ count, kind, site }: Finding): string {
  return `${count} ${kind}${site ? ` at ${basename(site.file)}:${site.line}` : ''}`;
}
