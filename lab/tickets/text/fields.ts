import type { Finding } from '../../../detector/index.ts';
import { certainty, factLine, meaningOf, titleOf } from '../../../detector/internal.ts';
import type { CauseHistory, Sighting } from '../../history/cause-history.ts';
import { redact, staysInside } from './redact.ts';

/** The placeholders of a template, with their meaning. */
export const fields = {
  title: 'the leak in a few words: timer (Timeout) in startPolling, src/poll.ts',
  status: 'a sentence: it leaks, or which commit fixed it',
  cause: 'the 32 hexadecimal digits of the cause',
  label: 'the label of the ticket',
  kind: 'the kind, such as timer',
  type: 'the name that the engine uses, such as Timeout',
  function: 'the function that made the resource',
  place: 'path and line: src/poll.ts:12',
  path: 'the path, relative to the root of the repository',
  line: 'the number of the line',
  source: 'the text of the line',
  package: 'the package whose code made the resource',
  testedPackage: 'the package whose tests leak it',
  owner: 'owners from CODEOWNERS or the policy file',
  author: 'who changed the line last',
  facts: 'what is known of the resource, without paths outside of the project',
  evidence: 'how the leak is known',
  why: 'why such a resource stays',
  fix: 'what ends it',
  test: 'a test that leaks it; its line is repeated, for five tests at most',
  nodes: 'the releases of Node that saw it',
  count: 'the highest count of the last week that saw it',
  runs: 'the runs that saw it',
  watched: 'the runs that could have seen it',
  cleanRuns: 'the runs since that did not see it',
  reopened: 'how often it came back',
  waited: 'the ms that test files waited for it, on average',
  firstSeen: 'the day on which it was first seen',
  firstCommit: 'the commit of that run',
  lastSeen: 'the day on which it was last seen',
  lastCommit: 'the commit of that run',
  fixedOn: 'the day of the first run without it',
  fixedBy: 'the commit that fixed it',
} as const;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as readonly FieldName[];

/** A value for each placeholder; an empty one is unknown. */
export type Values = Readonly<Record<Exclude<FieldName, 'test'>, string>> & {
  readonly test: readonly string[];
};

export function isField(name: string): name is FieldName {
  return Object.hasOwn(fields, name);
}

export interface About {
  /** The root of the repository; absolute. */
  readonly root: string;
  readonly owners: readonly string[];
  /** True once the cause has been clean for long enough to close its ticket. */
  readonly isFixed: boolean;
}

const mostTests = 5;

/** Returns the values of a cause that a template can name; nothing else of it is ever sent. */
export function valuesOf(cause: CauseHistory, { root, owners, isFixed }: About): Values {
  const text = (value: string | undefined): string => redact(value ?? '', root, false);
  const place = cause.place && staysInside(cause.place.path) ? cause.place : undefined;
  // code outside of the project is not sent either
  const isOutside = cause.place !== undefined && place === undefined;
  const finding = findingOf(cause);
  const what = titleOf(finding).replace(/^1 /, '');
  const name = isOutside ? '' : text(cause.function);
  const where = name === '' || name === '<anonymous>' ? '' : ` in ${name}`;
  const meaning = meaningOf(finding);
  return {
    title: text(`${what}${where}${place ? `, ${place.path}` : ''}`),
    status: statusOf(cause, isFixed),
    cause: text(cause.cause),
    label: labelOf(cause),
    kind: cause.kind,
    type: text(cause.type),
    function: name,
    place: place ? text(`${place.path}:${place.line}`) : '',
    path: place ? text(place.path) : '',
    line: place ? String(place.line) : '',
    source: isOutside ? '' : text(cause.source),
    package: text(cause.package),
    testedPackage: text(cause.testedPackage),
    owner: owners.map(text).join(' '),
    author: text(cause.last.author),
    facts: redact(factLine(finding) ?? '', root, true),
    evidence: certainty[cause.evidence],
    why: meaning.why,
    fix: meaning.fix ?? '',
    test: testsOf(cause.tests, root),
    nodes: cause.nodes.map((node) => text(node.replace(/^v/, ''))).join(', '),
    count: String(countOf(cause)),
    runs: String(cause.runs),
    watched: String(cause.watched),
    cleanRuns: String(cause.cleanRuns),
    reopened: cause.reopened > 0 ? String(cause.reopened) : '',
    waited: String(Math.round(cause.waited)),
    firstSeen: dayOf(cause.first),
    firstCommit: commitOf(cause.first),
    lastSeen: dayOf(cause.last),
    lastCommit: commitOf(cause.last),
    fixedOn: dayOf(cause.fixed),
    fixedBy: commitOf(cause.fixed),
  };
}

/** Returns the label by which the ticket of a cause is found again. */
export function labelOf({ cause }: Pick<CauseHistory, 'cause'>): string {
  return `leaklab-${cause.slice(0, 12)}`;
}

/** Returns the highest count of the last week that saw a cause. */
export function countOf({ weeks }: Pick<CauseHistory, 'weeks'>): number {
  return weeks.at(-1)?.count ?? 1;
}

/** Names the commit that fixed a cause: `fixed by 1a2b3c4d5e6f`. */
export function fixLine(cause: CauseHistory): string {
  const commit = commitOf(cause.fixed);
  const since = dayOf(cause.fixed);
  const how = commit === '' ? 'gone, by an unknown commit' : `fixed by ${commit}`;
  const runs = cause.cleanRuns === 1 ? '1 run' : `${cause.cleanRuns} runs`;
  return `${how}: ${runs} without it${since === '' ? '' : ` since ${since}`}`;
}

function statusOf(cause: CauseHistory, isFixed: boolean): string {
  if (isFixed) {
    const line = fixLine(cause);
    return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
  }
  const commit = commitOf(cause.last);
  const again = cause.reopened > 0 ? ' It was fixed before, and came back.' : '';
  return `Leaks: last seen on ${dayOf(cause.last)}${commit === '' ? '' : ` in ${commit}`}.${again}`;
}

function testsOf(tests: readonly string[], root: string): string[] {
  const shown = tests.slice(0, mostTests).map((title) => {
    const [file = '', ...names] = title.split(' > ');
    // the file of a test outside of the root is an absolute path
    return [redact(file, root, true), ...names.map((name) => redact(name, root, false))].join(' > ');
  });
  const rest = tests.length - shown.length;
  return rest > 0 ? [...shown, `${rest} more`] : shown;
}

function dayOf(sighting: Sighting | undefined): string {
  return sighting?.time.slice(0, 10) ?? '';
}

function commitOf(sighting: Sighting | undefined): string {
  return /^[\da-f]{7,64}$/.test(sighting?.commit ?? '') ? (sighting?.commit ?? '').slice(0, 12) : '';
}

/** Returns a cause as the finding of one resource, which the words of reports are made from. */
function findingOf(cause: CauseHistory): Finding {
  const { kind, type, evidence, facts, place, package: name } = cause;
  return {
    kind,
    type,
    evidence,
    count: 1,
    related: [],
    stack: [],
    owner: '',
    ...(facts && { facts }),
    ...(name !== undefined && { package: name }),
    ...(place && {
      site: {
        file: place.path,
        line: place.line,
        column: place.column,
        function: cause.function ?? '<anonymous>',
      },
    }),
  };
}
