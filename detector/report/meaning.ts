import type { Evidence, Finding } from '../finding.ts';
import { packageOf } from '../origin/frame.ts';
import type { Kind } from '../kinds.ts';
import { meanings, type Meaning } from './meanings.ts';

const awaits: Readonly<Record<'proven' | 'suspected' | 'stuck', Meaning>> = {
  proven: {
    why: 'the awaited promise can never settle, so the code after this await will never run, not even a finally block',
    fix: 'settle the promise on every path, also when the work fails, is cancelled or has ended already',
  },
  stuck: {
    why: 'a further run of the same work waits here for ever, though an earlier one went on: for an event that comes only once, or for what the earlier run kept',
  },
  suspected: {
    why: 'the awaited promise has not settled, so the code after this await has not run',
  },
};

/** Returns what a finding means, by its kind, type, evidence, facts and API. */
export function meaningOf(finding: Finding): Meaning {
  const { kind, evidence } = finding;
  if (kind === 'await') {
    if (evidence === 'stuck') return awaits.stuck;
    return awaits[evidence === 'unreachable' ? 'proven' : 'suspected'];
  }
  const meaning = meanings[kind].find(({ when }) => !when || when(finding));
  if (!meaning)
    throw new Error(
      `no meaning of ${kind}: the last of its list in detector/report/meanings.ts must fit every finding`,
    );
  const fix = finding.package === undefined ? undefined : fixForPackage(finding);
  return fix === undefined ? meaning : { ...meaning, fix };
}

/** Kinds that a package makes for itself: only its own methods, or its authors, can end them. */
const endedByPackages: ReadonlySet<Kind> = new Set([
  'timer',
  'server',
  'socket',
  'stream',
  'fd',
  'process',
  'worker',
  'port',
  'watcher',
  'listener',
]);

/** The fixes for what a package has made, by what the program can reach. */
export const fixesForPackages = {
  calledHere:
    "call the package's own method that ends it, such as close(), end(), stop() or destroy(), on what this line made; if there is none, try a newer version of the package, or tolerate the leak by a rule with the package's name and a reason",
  onItsOwn:
    "try a newer version of the package, and report the leak to its authors; until they fix it, tolerate it by a rule with the package's name and a reason",
} as const;

function fixForPackage({ kind, site }: Finding): string | undefined {
  if (!endedByPackages.has(kind)) return undefined;
  const isOnItsOwn = !site || packageOf(site.file) !== undefined;
  return isOnItsOwn ? fixesForPackages.onItsOwn : fixesForPackages.calledHere;
}

/** The words for each evidence, which say whether a finding is proven, seen or suspected. */
export const certainty: Readonly<Record<Evidence, string>> = {
  unreachable: 'proof: the promise was garbage-collected while pending, so nothing can ever settle it',
  alive: 'seen: still open after the wait',
  attached: 'seen: still attached after the wait',
  stuck: 'seen: a further run of the same work never ended, or timed out',
  grew: 'seen: more of it after every run of the same work',
  pending: 'suspicion: still pending after the wait, but the promise is reachable and may settle yet',
};

/** All evidence, from the most certain down. */
export const byCertainty: readonly Evidence[] = [
  'unreachable',
  'alive',
  'attached',
  'grew',
  'stuck',
  'pending',
];
