import { executionAsyncId } from 'node:async_hooks';
import { Set } from '../engine/intrinsics.ts';
import { stackCost } from '../origin/capture.ts';
import type { ProbeName } from '../probes/probe.ts';
import { builtInRules, ruleFor } from '../report/rule-match.ts';
import type { IgnoreRule } from '../rules/rule.ts';
import { probesFor } from './counts.ts';
import type { Change, Lines } from './lines.ts';
import { Sample, type Survivor } from './sample.ts';
import type { TypeTrend } from './type-trend.ts';

/** The ms that a hook costs for a resource of which it takes no stack, measured on slow machines. */
const msPerResource = 0.001;

/** The windows of a sample, as the options give them. */
export interface SamplingOptions {
  readonly window: number;
  readonly windows: number;
  readonly waits: boolean;
  readonly patrol: number;
  readonly ignore: readonly IgnoreRule[];
}

/**
 * The samples of a watch: one begins when a type grows, lasts as many windows as an alarm needs and one more, and is
 * followed by a rest.
 */
export class Sampling {
  readonly #options: SamplingOptions;
  readonly #lines: Lines;
  readonly #failed: (problem: string) => void;
  #sample: Sample | undefined;
  /** The ms after which a one-shot timer counts as a leak: a shorter one ends by itself, and its number is bounded. */
  #longTimer = 0;
  /** The windows of the watch that make up one window of the sample. */
  #length = 1;
  #windows = 0;
  #rest = 0;
  #sincePatrol = 0;
  #lastId = 0;
  #lastMs = 0;

  /** @param failed takes the failures of probes, in words */
  constructor(options: SamplingOptions, lines: Lines, failed: (problem: string) => void) {
    this.#options = options;
    this.#lines = lines;
    this.#failed = failed;
  }

  get isUnderWay(): boolean {
    return this.#sample !== undefined;
  }

  /** Returns the ms that hooks and stacks have cost since the last call; asked in the watch's own turns. */
  cost(): number {
    if (!this.#sample) return 0;
    const id = executionAsyncId();
    const resources = Math.max(id - this.#lastId, 0) * msPerResource;
    const stacks = stackCost.ms - this.#lastMs;
    this.#lastId = id;
    this.#lastMs = stackCost.ms;
    return resources + stacks;
  }

  /** Ends a window of the watch: begins, continues or ends a sample. */
  endWindow(trends: ReadonlyMap<string, TypeTrend>, at: number): Change[] {
    this.#sincePatrol += 1;
    if (!this.#sample) {
      this.#mayBegin(trends, at);
      return [];
    }
    this.#windows += 1;
    if (this.#windows % this.#length > 0) return [];
    const survivors = this.#sample.endWindow().filter((each) => this.#counts(each));
    const changes = this.#lines.look(survivors, at);
    if (this.#windows / this.#length <= this.#options.windows) return changes;
    this.stop();
    // what is known already need not be sampled as often
    const isKnown = changes.length === 0 && this.#lines.ranked(at).some(({ alarm }) => alarm);
    this.#rest = this.#windows * (isKnown ? 4 : 1);
    return changes;
  }

  /** Ends the sample. */
  stop(): void {
    if (!this.#sample) return;
    for (const each of this.#sample.failures) this.#failed(each);
    this.#sample.stop();
    this.#sample = undefined;
    stackCost.isMeasured = false;
  }

  #mayBegin(trends: ReadonlyMap<string, TypeTrend>, at: number): void {
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    const { patrol, waits, window, windows } = this.#options;
    const growing = [...trends].flatMap(([type, { growsOver }]) =>
      growsOver === undefined ? [] : [{ type, length: growsOver }],
    );
    const isPatrol = growing.length === 0 && patrol > 0 && this.#sincePatrol >= patrol;
    if (growing.length === 0 && !isPatrol) return;
    this.#sincePatrol = 0;
    const types = isPatrol ? trends.keys() : growing.map(({ type }) => type);
    const probes = new Set<ProbeName>([...types].flatMap((type) => [...probesFor(type)]));
    if (waits) probes.add('awaits');
    this.#length = isPatrol ? 1 : Math.min(...growing.map(({ length }) => length));
    this.#longTimer = 10 * windows * window * this.#length;
    this.#windows = 0;
    this.#lastId = executionAsyncId();
    this.#lastMs = stackCost.ms;
    stackCost.isMeasured = true;
    this.#lines.beginSample(at);
    this.#sample = new Sample(probes);
  }

  #counts({ leftover }: Survivor): boolean {
    const { kind, facts } = leftover;
    if (ruleFor(leftover, [...this.#options.ignore, ...builtInRules])) return false;
    // without a collection, it is unknown whether the program still holds them
    if (kind === 'stream' || kind === 'port') return false;
    if (kind !== 'timer') return true;
    const { ms = 0, repeats } = facts?.() ?? {};
    return repeats !== false || ms > this.#longTimer;
  }
}
