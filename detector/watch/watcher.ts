import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { messageOf } from '../engine/error-message.ts';
import { Map } from '../engine/intrinsics.ts';
import { now } from '../engine/real-clock.ts';
import { stackCost } from '../origin/capture.ts';
import { Budget } from './budget.ts';
import { countedAs, Counts } from './counts.ts';
import { Lines, type Change } from './lines.ts';
import type { Settled } from './options.ts';
import { Sampling } from './sampling.ts';
import { TypeTrend } from './type-trend.ts';
import type { WatchReport } from './watch-report.ts';

// taken at load, before the program installs fake timers
const { clearTimeout, setTimeout } = globalThis;

/** The bytes that a resource costs while it is sampled, and one that is kept afterwards, with their stacks. */
const bytesSampled = 1000;
const bytesTracked = 2000;
/** The bytes that a request costs until the next count. */
const bytesOfRequest = 100;
const mostProblems = 20;

/** The watch of a process: counts at each turn of its timer, samples what grows, and judges the lines. */
export class Watcher {
  readonly #options: Settled;
  readonly #budget: Budget;
  readonly #counts: Counts;
  readonly #lines: Lines;
  readonly #sampling: Sampling;
  readonly #trends = new Map<string, TypeTrend>();
  readonly #ticksOfWindow: number;
  readonly #since = new Date().toISOString();
  readonly #problems: string[] = [];
  #latest: ReadonlyMap<string, number> = new Map<string, number>();
  #ticks = 0;
  #isResting = false;
  #atSample = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Settled) {
    this.#options = options;
    const { every, window, windows, threshold, cpu, memory, emitters } = options;
    this.#ticksOfWindow = Math.max(1, Math.round(window / every));
    this.#budget = new Budget(cpu, now());
    this.#counts = new Counts(emitters, memory / 4 / bytesOfRequest, cpu);
    this.#lines = new Lines({ windows, threshold });
    const sampling = { ...options, waits: options.waits ?? false };
    this.#sampling = new Sampling(sampling, this.#lines, (problem) => this.#note(problem));
  }

  start(): void {
    this.#counts.start();
    this.#wait();
  }

  /** Ends the watch: its timer, hooks and listeners are gone. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sampling.stop();
    this.#counts.stop();
    this.#lines.clear();
  }

  report(): WatchReport {
    const at = now();
    const { cpu, memory } = this.#options;
    const { spent, withdrawals, lastReason } = this.#budget;
    return {
      version: 1,
      instance: {
        host: hostname(),
        pid: process.pid,
        thread: threadId,
        node: process.version,
        since: this.#since,
      },
      at: new Date().toISOString(),
      lines: this.#lines.ranked(at),
      counts: [...this.#latest].map(([type, count]) => ({
        type,
        count,
        growing: this.#trends.get(type)?.growsOver !== undefined,
      })),
      sampling: this.#sampling.isUnderWay,
      budget: {
        cpu,
        used: rounded(this.#budget.used(at)),
        spent: rounded(spent),
        stacks: stackCost.stacks,
        memory,
        held: this.#held,
        withdrawals,
        ...(lastReason && { lastReason }),
        resting: this.#isResting,
      },
      problems: this.#problems,
    };
  }

  #wait(): void {
    // not an interval: the id of each timer tells how many resources there were before it
    this.#timer = setTimeout(() => this.#tick(), this.#options.every);
    this.#timer.unref();
  }

  #tick(): void {
    const from = now();
    try {
      this.#budget.spend(this.#sampling.cost());
      this.#isResting = this.#budget.isUsedUp(from);
      if (this.#isResting) this.#withdraw();
      else this.#count(from);
    } catch (error) {
      // a watch never ends its program
      this.#note(messageOf(error));
      this.#sampling.stop();
    }
    if (this.#timer) this.#wait();
    this.#budget.spend(now() - from);
  }

  #withdraw(): void {
    this.#sampling.stop();
    for (const trend of this.#trends.values()) trend.skipWindow();
    this.#ticks = 0;
  }

  #count(at: number): void {
    this.#latest = this.#counts.read();
    for (const type of this.#latest.keys())
      if (!this.#trends.has(type)) this.#trends.set(type, this.#newTrend());
    for (const [type, trend] of this.#trends) trend.note(this.#latest.get(type) ?? 0);
    if (this.#sampling.isUnderWay && this.#held > this.#options.memory) {
      this.#budget.withdraw('memory');
      this.#sampling.stop();
    }
    this.#ticks += 1;
    if (this.#ticks % this.#ticksOfWindow === 0) this.#endWindow(at);
  }

  #endWindow(at: number): void {
    for (const trend of this.#trends.values()) trend.endWindow();
    const wasSampling = this.#sampling.isUnderWay;
    const changes = this.#sampling.endWindow(this.#trends, at);
    if (!wasSampling && this.#sampling.isUnderWay) this.#atSample = this.#open;
    if (!wasSampling) changes.push(...this.#lines.ask((kind) => countedAs(kind, this.#latest), at));
    if (!this.#sampling.isUnderWay) this.#lines.sweep();
    for (const change of changes) this.#report(change);
  }

  /** Begins to follow a type. */
  #newTrend(): TypeTrend {
    const { windows, threshold } = this.#options;
    const trend = new TypeTrend({ windows, threshold: threshold / 2 });
    // a type that comes later was not there before
    if (this.#ticks > 0) trend.note(0);
    return trend;
  }

  #report({ line, isAlarm }: Change): void {
    const { onAlarm, onCalm, print } = this.#options;
    if (print === true) {
      const at = line.site ? `${line.site.file}:${line.site.line}` : 'an unknown line';
      const state = isAlarm ? `grows by ${line.growth} a minute, ${line.count} open` : 'has calmed down';
      process.stderr.write(`leaklab: ${line.kind} (${line.type}) at ${at} ${state}\n`);
    }
    try {
      (isAlarm ? onAlarm : onCalm)?.(line);
    } catch (error) {
      this.#note(`${isAlarm ? 'onAlarm' : 'onCalm'}: ${messageOf(error)}`);
    }
  }

  #note(problem: string): void {
    if (this.#problems.includes(problem) || this.#problems.length >= mostProblems) return;
    this.#problems.push(problem);
  }

  /** The number of everything that is counted. */
  get #open(): number {
    let sum = 0;
    for (const count of this.#latest.values()) sum += count;
    return sum;
  }

  /** The bytes that are held, estimated. */
  get #held(): number {
    const sampled = this.#sampling.isUnderWay ? Math.max(this.#open - this.#atSample, 0) : 0;
    return sampled * bytesSampled + this.#lines.tracked * bytesTracked;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
