import { ActiveScope, openScopes } from './active-scope.ts';
import { countResources, moreOf, type Counts } from './counts.ts';
import type { Report } from './finding.ts';

/** Level `counts`: hooks nothing, and knows neither lines nor owners. */
export class CountingScope extends ActiveScope {
  #before: Counts = countResources();

  mark(): void {
    // it judges no listeners
  }

  refill(): void {
    // it takes none
  }

  ignoreCurrent(): void {
    this.#before = countResources();
  }

  protected isQuiet(): boolean {
    return moreOf(countResources(), this.#before, this.owner.name).length === 0;
  }

  protected async beSure(): Promise<void> {
    // the count says all that it can say
  }

  findNow(): Report {
    const owner = openScopes.size > 1 ? 'shared' : this.owner.name;
    return {
      version: 1,
      leaks: moreOf(countResources(), this.#before, owner),
      ignored: [],
      expiredRules: [],
      unusedRules: [],
      notJudged: [],
      failedProbes: [],
    };
  }

  protected findSettled(): Report {
    return this.findNow();
  }

  protected changed(): void {
    // it has no rules
  }

  protected end(): void {
    // nothing was begun
  }
}
