import type { Evidence, Facts, Kind } from '../../detector/index.ts';
import type { Place } from '../ci/formats/results.ts';

/** The run that first or last saw a cause. */
export interface Sighting {
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** The full hash of the commit that was tested; absent outside a repository. */
  readonly commit?: string;
  /** The author of the last change to the line, as git knew it then. */
  readonly author?: string;
}

/** The number of leaks of one cause in one week. */
export interface Week {
  /** The ISO week, such as `2026-W48`. */
  readonly week: string;
  /** The highest count of any run. */
  readonly count: number;
  /** The runs that saw the cause. */
  readonly runs: number;
}

/** All that the history knows of one cause: views and tickets are made from it. */
export interface CauseHistory {
  /** The fingerprint of the cause when it was first seen: 32 hexadecimal digits. It survives renamed files. */
  readonly cause: string;
  readonly kind: Kind;
  readonly type: string;
  readonly evidence: Evidence;
  readonly facts?: Facts;
  /** The place in the last run that saw it; absent if no line of the project is known. */
  readonly place?: Place;
  readonly function?: string;
  /** The source line, trimmed. */
  readonly source?: string;
  /** The package whose code made the resource, where it is not the project's own. */
  readonly package?: string;
  /** The package of the tests that leak it, from their package.json. */
  readonly testedPackage?: string;
  /** The team or person that answers for the file, from CODEOWNERS or the policy file. */
  readonly owner?: string;
  /** True if the line is in a test file, so that no user of the package meets the leak. */
  readonly isInTest: boolean;
  /** Tests that leak it, as titles. */
  readonly tests: readonly string[];
  /** Releases of Node that saw it, such as `v24.21.0`. */
  readonly nodes: readonly string[];
  /** Weeks that saw it, in order; a week without it has no entry. */
  readonly weeks: readonly Week[];
  readonly first: Sighting;
  readonly last: Sighting;
  /** The runs that saw it. */
  readonly runs: number;
  /** The runs since the first sighting that watched its tests, whether they saw it or not. */
  readonly watched: number;
  /** The runs since the last sighting that watched its tests and did not see it. */
  readonly cleanRuns: number;
  /** The ms that test files waited for it, on average of the runs that saw it. */
  readonly waited: number;
  /** The first clean run after the last sighting, and the commit that changed the line between the two; absent while it leaks. */
  readonly fixed?: Sighting;
  /** The times that it came back after a clean run. */
  readonly reopened: number;
}

/** A run of the tests. */
export interface RunOfTests extends Sighting {
  /** The name of the run: the same run added twice is one. */
  readonly run: string;
  readonly branch?: string;
  readonly nodes: readonly string[];
  /** The causes that it saw. */
  readonly causes: number;
  /** The sum of their counts. */
  readonly leaks: number;
}

/** The history as views and tickets read it. */
export interface History {
  /** Runs in the order of time. */
  readonly runs: readonly RunOfTests[];
  readonly causes: readonly CauseHistory[];
}
