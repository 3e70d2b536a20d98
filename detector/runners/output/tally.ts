import { basename } from 'node:path';
import type { Finding, Report } from '../../finding.ts';
import { lineKeyOf } from '../../report/same-cause.ts';
import { plain } from '../../report/wrap.ts';
import { acceptVariable } from '../verify/settings.ts';
import type { VerificationIdentity } from '../verify/verification.ts';

const mostPlaces = 3;

/** The leaks that a run has accepted. */
export interface AcceptedInRun {
  readonly count: number;
  /** The path of the baseline. */
  readonly baseline: string;
}

/** The sums of a run, or of the part of it that one process sees. */
export class Tally {
  #tests = 0;
  readonly #leaking = { test: new Set<string>(), file: new Set<string>(), run: new Set<string>() };
  readonly #lines = new Map<string, Finding>();
  readonly #tolerated = new Set<string>();
  #notJudged = 0;

  add({ unit, file, name, line, attempt = 1 }: VerificationIdentity, report: Report): void {
    if (unit === 'test' && attempt === 1) this.#tests += 1;
    if (report.leaks.length > 0) this.#leaking[unit].add(JSON.stringify([file, name, line]));
    for (const leak of report.leaks) this.#lines.set(keyOf(leak), leak);
    for (const { reason, ...leak } of report.ignored) this.#tolerated.add(`${keyOf(leak)}\n${reason}`);
    this.#notJudged += report.notJudged.reduce((sum, { count = 1 }) => sum + count, 0);
    this.#notJudged += report.failedProbes.length;
  }

  /**
   * Returns the lines of the summary; none if there is nothing to say.
   *
   * @param accepted absent without a baseline
   */
  lines(accepted?: AcceptedInRun): string[] {
    if (accepted && accepted.count > 0) {
      const what = `${counted(accepted.count, 'leak')} accepted in ${accepted.baseline}`;
      return [`${what}; from now on, only new leaks fail`];
    }
    const leaks = this.#lines.size;
    if (leaks === 0 && this.#notJudged === 0 && !(accepted && this.#tolerated.size > 0)) return [];
    const kind = accepted ? 'new ' : '';
    const sums = [
      leaks > 0
        ? `${this.#whatLeaks()} from ${counted(leaks, `${kind}line`)}`
        : `no ${kind}leaks in ${counted(this.#tests, 'test')}`,
      ...(this.#tolerated.size > 0 ? [`${this.#tolerated.size} tolerated`] : []),
      ...(this.#notJudged > 0 ? [`${this.#notJudged} not judged`] : []),
    ];
    const next = `next: fix ${this.#places()}, or accept today's leaks: run the tests once with ${acceptVariable}=1`;
    return [sums.join('; '), ...(leaks > 0 ? [next] : [])];
  }

  #whatLeaks(): string {
    const { test, file, run } = this.#leaking;
    const parts = [
      ...(test.size > 0 ? [`${test.size} of ${counted(this.#tests, 'test')}`] : []),
      ...(file.size > 0 ? [counted(file.size, 'file')] : []),
      ...(run.size > 0 ? ['this run'] : []),
    ];
    const isOne = test.size + file.size + run.size === 1 && parts.length === 1;
    return `${parts.join(' and ')} ${isOne ? 'leaks' : 'leak'}`;
  }

  #places(): string {
    const sites = [...this.#lines.values()].map(({ site }) => site && `${basename(site.file)}:${site.line}`);
    const places = [...new Set(sites.map((place) => plain(place ?? 'an unknown line')))];
    const rest = places.length - mostPlaces;
    return `${places.slice(0, mostPlaces).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  }
}

function keyOf(leak: Finding): string {
  return lineKeyOf(leak) ?? JSON.stringify([leak.kind, leak.type, leak.owner]);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
