import type { Catalogue } from '../../catalogue/program.ts';
import { families } from '../../contract.ts';
import { pairsOf, type Pair } from '../../catalogue/pairs.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { exerciseFrom, incidentFrom, keyOf, type Exercise } from './exercise.ts';

/**
 * Names of tracks.
 *
 * - `first-steps`: ten short programs, each with another mechanism
 * - `families`: one of each family
 * - `on-call`: incidents, several leaks in one program
 * - `detective`: the report is given; find the line that should have ended what it reports
 * - `all`: a program of every pair
 */
export const trackNames = ['first-steps', 'families', 'on-call', 'detective', 'all'] as const;
export type TrackName = (typeof trackNames)[number];

/** From a familiar timer to leaks that show only when you look for them. */
const firstSteps = [
  'timer/interval-never-cleared',
  'waitgroup/mutex-not-released-on-throw',
  'missing-abort/timer-cleared-listener-kept',
  'socket/tunnel-refused',
  'unclosed-server/server-in-no-variable',
  'stream/unread-file-stream',
  'channel/receiver-gone-after-timeout',
  'cache/session-never-pruned',
  'watcher/error-drops-watcher',
  'worker/broadcast-channel-left-open',
] as const;

/** Programs of one incident: those that leak, and sound ones beside them. */
const incidents: readonly { readonly leaking: readonly string[]; readonly sound: readonly string[] }[] = [
  {
    leaking: ['timer/lock-deadline-kept', 'listener/timed-out-wait'],
    sound: ['cache/rejection-memoised'],
  },
  {
    leaking: ['waitgroup/slot-lost-on-skip', 'timer/race-loser-timer'],
    sound: ['context/store-held-by-timer'],
  },
  {
    leaking: ['missing-abort/composed-by-hand', 'socket/tunnel-refused'],
    sound: ['channel/range-never-closed'],
  },
  {
    leaking: ['unclosed-server/close-skipped-by-error', 'stream/upload-left-open', 'cache/closed-but-listed'],
    sound: ['timer/restart-after-stop'],
  },
  {
    leaking: [
      'watcher/closed-during-scan',
      'waitgroup/permit-lost-before-try',
      'pool/connected-after-timeout',
    ],
    sound: ['worker/broadcast-channel-left-open'],
  },
];

const detectiveCases = 8;

/** The exercises of a catalogue. */
export class Exercises {
  readonly #pairs: ReadonlyMap<string, Pair>;

  constructor(catalogue: Catalogue) {
    this.#pairs = new Map(pairsOf(catalogue).map((pair) => [pair.pattern.id, pair]));
  }

  /** Returns the exercises of a track, in their order. */
  track(name: TrackName): readonly Exercise[] {
    switch (name) {
      case 'first-steps':
        return firstSteps.map((id) => exerciseFrom(this.#pair(id)));
      case 'families':
        return families.flatMap((family) => this.#typical(family));
      case 'on-call':
        return incidents.map((_incident, index) => this.#incident(index));
      case 'detective':
        return this.#cases();
      case 'all':
        return [...this.#pairs.values()].map((pair) => exerciseFrom(pair));
    }
  }

  /**
   * Returns an exercise by the name that a teacher gives it: `timer/unref-interval`, `report/timer/unref-interval`, or
   * `incident/2`.
   *
   * @throws UsageError if there is none
   */
  named(name: string): Exercise {
    const number = /^incident\/(\d+)$/.exec(name)?.[1];
    if (number !== undefined) return this.#incident(Number(number) - 1);
    const id = /^report\/(.+)$/.exec(name)?.[1];
    return id === undefined ? exerciseFrom(this.#pair(name)) : exerciseFrom(this.#pair(id), 'report');
  }

  /** Returns the exercise with a key; none if the catalogue no longer has it. */
  byKey(key: string): Exercise | undefined {
    for (const kind of ['program', 'report'] as const) {
      for (const pair of this.#pairs.values())
        if (keyOf(kind, pair.pattern.id) === key) return exerciseFrom(pair, kind);
    }
    return this.track('on-call').find((exercise) => exercise.key === key);
  }

  #pair(id: string): Pair {
    const pair = this.#pairs.get(id);
    if (pair) return pair;
    const last = id.split('/').at(-1) ?? id;
    const near = [...this.#pairs.keys()].find((each) => each.includes(last));
    throw new UsageError(
      `no pair ${JSON.stringify(id)}`,
      near === undefined ? 'leaklab study lists them all' : `did you mean ${near}?`,
    );
  }

  #incident(index: number): Exercise {
    const incident = incidents[index];
    if (!incident) {
      throw new UsageError(
        `no incident ${index + 1}`,
        `they are numbered from incident/1 to incident/${incidents.length}`,
      );
    }
    const pairs = (ids: readonly string[]): Pair[] => ids.map((id) => this.#pair(id));
    return incidentFrom(pairs(incident.leaking), pairs(incident.sound));
  }

  /** Picks the shortest of a family that has a wrong fix and is not in the first steps. */
  #typical(family: string): readonly Exercise[] {
    const taken = new Set<string>(firstSteps);
    const own = [...this.#pairs.values()].filter(
      ({ pattern }) => pattern.family === family && pattern.pattern.stage !== 'e2e',
    );
    const fresh = own.filter(({ pattern }) => !taken.has(pattern.id));
    const [first] = (fresh.length > 0 ? fresh : own)
      .map((pair) => exerciseFrom(pair))
      .toSorted((a, b) => difficultyOf(a) - difficultyOf(b));
    return first ? [first] : [];
  }

  /** Picks those whose leak is made farthest from its fix, one of a family. */
  #cases(): readonly Exercise[] {
    const all = [...this.#pairs.values()]
      .filter(({ pattern }) => pattern.pattern.stage !== 'e2e')
      .map((pair) => exerciseFrom(pair, 'report'))
      .toSorted((a, b) => distanceOf(b) - distanceOf(a));
    const seen = new Set<string>();
    return all
      .filter(({ id }) => {
        const [family = ''] = id.split('/');
        return !seen.has(family) && seen.add(family);
      })
      .slice(0, detectiveCases)
      .toReversed();
  }
}

function difficultyOf({ parts }: Exercise): number {
  const [part] = parts;
  if (!part) return 0;
  return part.start.source.split('\n').length + (part.pair.wrongFixes.length === 0 ? 1000 : 0);
}

/** Returns the distance from the line that leaks to the nearest line to fix. */
function distanceOf({ parts }: Exercise): number {
  const [part] = parts;
  const gaps = part?.leaks.flatMap(({ line }) => part.fixedAt.map((each) => Math.abs(each - line))) ?? [];
  return gaps.length === 0 ? 0 : Math.min(...gaps);
}
