/** Compares a run with the last one of the target branch: the debt may only fall. */
import type { Kind } from '../../../detector/index.ts';
import { Fold, isWatched, majorOf } from '../fold.ts';
import type { Block, LeakRecord } from '../records.ts';

/** The debt after a run. */
export interface Level {
  readonly causes: number;
  /** The sum of the counts, each times the weight of its kind. */
  readonly sum: number;
}

/** A cause that the target branch does not have, or not as often. */
export interface Risen {
  readonly leak: LeakRecord;
  /** The count on the target branch; 0 for a new cause. */
  readonly before: number;
}

/** The outcome of a comparison. */
export interface Outcome {
  readonly run: Block['run'];
  /** The run to compare with; absent for the first one. */
  readonly mark?: Block['run'];
  readonly now: Level;
  readonly before?: Level;
  readonly holds: boolean;
  /** Causes that are new or more frequent, the heaviest first. */
  readonly risen: readonly Risen[];
  /** Causes of the target branch that the run watched and did not see. */
  readonly gone: readonly LeakRecord[];
  /** Causes of the target branch that count on, because the run did not watch their tests. */
  readonly unwatched: number;
}

export type Weights = Readonly<Partial<Record<Kind, number>>>;

/** The runs of a history that a comparison needs: one goes through it, in the order of time. */
export class Ratchet {
  readonly #target: string | undefined;
  readonly #wanted: string | undefined;
  /** The target branch before its last run is compared. */
  readonly #fold = new Fold();
  #mark: Block['run'] | undefined;
  /** The run to judge: it is added to the target branch when another one follows. */
  #current: Block | undefined;

  /**
   * @param target the branch; without it, all runs are of one
   * @param wanted the name of the run to judge; default the last one
   */
  constructor(target: string | undefined, wanted?: string) {
    this.#target = target;
    this.#wanted = wanted;
  }

  /** Adds the next run. */
  add(block: Block): void {
    if (this.#wanted !== undefined && this.isFound) return;
    this.#pass();
    this.#current = block;
  }

  #pass(): void {
    const block = this.#current;
    if (!block) return;
    const { branch } = block.run;
    if (this.#target !== undefined && branch !== undefined && branch !== this.#target) return;
    this.#fold.add(block);
    this.#mark = block.run;
  }

  /** Reports whether the wanted run was there. */
  get isFound(): boolean {
    return this.#wanted === undefined || this.#current?.run.run === this.#wanted;
  }

  /** Compares the wanted run, or the last one; nothing if there is no run. */
  outcome(weights: Weights = {}): Outcome | undefined {
    const block = this.#current;
    if (!block) return undefined;
    const weigh = ({ kind, count }: LeakRecord): number => count * (weights[kind] ?? 1);
    const watched = new Set([...block.run.watched, ...(block.run.gone ?? [])]);
    const majors = new Set(block.run.nodes.map(majorOf));
    const open = [...this.#fold.causes.values()].filter(({ cleanRuns }) => cleanRuns === 0);
    const counts = new Map(open.map(({ leak }) => [leak.cause, leak.count]));
    const seen = new Set(block.leaks.map(({ cause }) => cause));
    const unseen = open.filter(({ leak }) => !seen.has(leak.cause));
    const unwatched = unseen.filter((state) => !isWatched(state, watched, majors)).map(({ leak }) => leak);
    const level = (leaks: readonly LeakRecord[]): Level => ({
      causes: leaks.length,
      sum: leaks.reduce((sum, leak) => sum + weigh(leak), 0),
    });
    const now = level([...block.leaks, ...unwatched]);
    const left = new Set(unwatched);
    const about = {
      run: block.run,
      now,
      gone: unseen.map(({ leak }) => leak).filter((leak) => !left.has(leak)),
      unwatched: unwatched.length,
    };
    if (!this.#mark) return { ...about, holds: true, risen: [] };
    const before = level(open.map(({ leak }) => leak));
    const risen = block.leaks
      .map((leak): Risen => ({ leak, before: counts.get(leak.cause) ?? 0 }))
      .filter(({ leak, before }) => leak.count > before)
      .toSorted((a, b) => weigh(b.leak) - weigh(a.leak));
    const holds = now.causes <= before.causes && now.sum <= before.sum;
    return { ...about, mark: this.#mark, before, holds, risen };
  }
}
