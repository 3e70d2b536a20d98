import type { Observer } from './active-scope.ts';
import type { Finding, Report } from '../finding.ts';
import type { Owner } from '../origin/owner.ts';
import { kindOfName } from '../probes/handles/handle-types.ts';
import { descriptors } from '../probes/files/open-descriptors.ts';
import { registry } from './registry.ts';

/** Numbers of resources by the names of `process.getActiveResourcesInfo()`, and of open descriptors. */
interface Counts {
  readonly byName: ReadonlyMap<string, number>;
  readonly descriptors: number;
}

/** The observer of level `counts`: hooks nothing, and knows neither lines nor owners. */
export class CountingObserver implements Observer {
  readonly #owner: Owner;
  #before = countResources();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  restart(): void {
    this.#before = countResources();
  }

  isQuiet(): boolean {
    return this.#leaks().length === 0;
  }

  report(): Report {
    return {
      version: 1,
      leaks: this.#leaks(),
      ignored: [],
      expiredRules: [],
      unusedRules: [],
      notJudged: [],
      failedProbes: [],
    };
  }

  #leaks(): Finding[] {
    return moreOf(countResources(), this.#before, registry.nameOfUnowned(this.#owner));
  }
}

function countResources(): Counts {
  const byName = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) byName.set(name, (byName.get(name) ?? 0) + 1);
  return { byName, descriptors: descriptors.open().length };
}

/** Returns a finding for each name that grew; names without a kind, such as file requests, are left out. */
function moreOf(now: Counts, before: Counts, owner: string): Finding[] {
  const found = (kind: Finding['kind'], type: string, count: number): Finding => ({
    kind,
    type,
    count,
    related: [],
    stack: [],
    owner,
    evidence: 'alive',
    facts: { countedOnly: true },
  });
  const grown = [...now.byName].flatMap(([name, count]) => {
    const kind = kindOfName(name);
    const more = count - (before.byName.get(name) ?? 0);
    return kind && more > 0 ? [found(kind, name, more)] : [];
  });
  // a socket is a descriptor too
  const known = grown.reduce((sum, { count, kind }) => (kind === 'timer' ? sum : sum + count), 0);
  const others = now.descriptors - before.descriptors - known;
  return others > 0 ? [...grown, found('fd', 'descriptor', others)] : grown;
}
