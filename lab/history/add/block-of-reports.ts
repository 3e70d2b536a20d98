import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { Facts } from '../../../detector/index.ts';
import { Sources, type Baseline, type TestReport } from '../../../detector/internal.ts';
import { withAuthors } from '../../ci/git.ts';
import { pathFrom, resultsOf, type Cause, type Verified } from '../../ci/formats/results.ts';
import { isWatched, majorOf, type CauseState, type Fold } from '../fold.ts';
import { blockOf, compareTexts, type Block, type LeakRecord } from '../records.ts';
import { acceptedIn } from './accepted.ts';
import { readCodeOwners } from '../code-owners.ts';
import { fixesOf } from './fixes.ts';
import { fingerprintsBefore, renamesSince } from './renames.ts';
import type { Tested } from './run-identity.ts';

/** A run of the tests that is added to a history. */
export interface NewRun {
  readonly run: string;
  readonly time: string;
  readonly tested: Tested;
  readonly reports: readonly TestReport[];
  /** Absolute. */
  readonly root: string;
  /** Its leaks are part of the history. */
  readonly baseline?: Baseline;
  /** The commit at which the change under test begins. */
  readonly since?: string;
}

/** The titles and files that a record names; a leak of a shared fixture has hundreds. */
const mostTests = 20;
const mostFiles = 100;

/** The history before a run. */
export interface Before {
  /** All runs: they name the causes. */
  readonly all: Fold;
  /** The runs of the same branch: they tell what is fixed. */
  readonly branch: Fold;
}

/** Returns the records of a run, and remarks for people. */
export async function blockOfReports(
  { all: fold, branch }: Before,
  { run, time, tested, reports, root, baseline, since }: NewRun,
): Promise<{ readonly block: Block; readonly remarks: readonly string[] }> {
  const results = resultsOf(reports, { root });
  const causes = [...results.causes, ...acceptedIn(results, baseline)];
  const names = await namesOf(causes, fold, root);
  const withNames = causes.map((cause) => ({
    cause,
    name: names.of.get(cause.fingerprint) ?? cause.fingerprint,
  }));
  const known = withNames.map(({ name, cause }) => authorBefore(fold.causes.get(name), cause));
  const strangers = causes.filter((_, index) => known[index] === undefined);
  const blamed = await withAuthors({ ...results, causes: strangers }, since);
  const authors = new Map(blamed.causes.map(({ fingerprint, author }) => [fingerprint, author]));
  const owners = readCodeOwners(root);
  const ownerOf = (path: string): string | undefined => owners?.ownersOf(path)[0];
  const watched = watchedIn(results.tests, root);
  const leaks = withNames.map(({ cause, name }, index): LeakRecord => {
    const { name: author, commit: change } = known[index] ?? authors.get(cause.fingerprint) ?? {};
    const owner = cause.place && ownerOf(cause.place.path);
    return {
      type: 'leak',
      run,
      time,
      cause: name,
      ...(name !== cause.fingerprint && { fingerprint: cause.fingerprint }),
      ...describe(cause, root, watched.all),
      ...(owner !== undefined && { owner }),
      ...(tested.commit !== undefined && { commit: tested.commit }),
      ...(author && { author }),
      ...(change && { change }),
    };
  });
  const merged = [...new Map(leaks.map((leak) => [leak.cause, leak])).values()];
  const nodes = [...new Set(results.tests.map(({ node }) => node))].toSorted();
  const gone = goneSince(branch, root);
  const about = { type: 'run', run, time, ...tested, nodes, watched: watched.whole } as const;
  const seen = new Set(merged.map(({ cause }) => cause));
  const fixed = await fixesOf(
    root,
    fixedSince(branch, seen, { nodes, watched: [...watched.whole, ...gone] }),
  );
  return {
    block: blockOf(
      { ...about, ...(gone.length > 0 && { gone }), ...(fixed.length > 0 && { fixed }) },
      merged,
    ),
    remarks: names.remarks,
  };
}

/** Maps the fingerprints of renamed files to the causes that they were before. */
async function namesOf(
  causes: readonly Cause[],
  fold: Fold,
  root: string,
): Promise<{ readonly of: ReadonlyMap<string, string>; readonly remarks: readonly string[] }> {
  const of = new Map<string, string>();
  for (const [cause, { renamed }] of fold.causes) for (const each of [cause, ...renamed]) of.set(each, cause);
  const strangers = causes.filter(({ fingerprint, finding }) => !of.has(fingerprint) && finding.site);
  if (strangers.length === 0 || fold.causes.size === 0) return { of, remarks: [] };
  const renames = await renamesSince(root, fold.causes.values());
  for (const { fingerprint, finding } of strangers) {
    const before = fingerprintsBefore(finding, root, renames).find((each) => of.has(each));
    const name = before === undefined ? undefined : of.get(before);
    if (name !== undefined) of.set(fingerprint, name);
  }
  const [commit] = renames.unknown;
  if (commit === undefined) return { of, remarks: [] };
  return {
    of,
    remarks: [
      `git doesn't know commit ${commit.slice(0, 12)} here, so renamed files are taken for new ones; fetch all commits`,
    ],
  };
}

type Described =
  'kind' | 'resource' | 'evidence' | 'count' | 'waited' | 'nodes' | 'place' | 'function' | 'source';
type AlsoDescribed = 'package' | 'facts' | 'testedPackage' | 'isInTest' | 'tests' | 'files';

function describe(
  { finding, place, seen }: Cause,
  root: string,
  testFiles: ReadonlySet<string>,
): Pick<LeakRecord, Described | AlsoDescribed> {
  const { kind, type, evidence, count, site, facts } = finding;
  const isPlace = site !== undefined && place?.path === pathFrom(root, site.file);
  const source = isPlace ? new Sources().linesOf(site.file)[site.line - 1]?.trim() : undefined;
  const testedPackage = seen.find((test) => test.package !== undefined)?.package;
  const titleOf = ({ file, name }: Verified): string =>
    [withoutFolders(pathFrom(root, file)), ...name].join(' > ');
  const inside = seen.map(({ file }) => pathFrom(root, file)).filter((path) => !isAbsolute(path));
  return {
    kind,
    resource: type,
    evidence,
    count,
    waited: waitedFor(seen),
    nodes: [...new Set(seen.map(({ node }) => node))].toSorted(),
    ...(place && { place }),
    ...(site && { function: site.function }),
    ...(source !== undefined && { source }),
    ...(finding.package && { package: finding.package }),
    ...(facts && { facts: withoutPrivate(facts, root) }),
    ...(testedPackage !== undefined && { testedPackage }),
    isInTest: place !== undefined && testFiles.has(place.path),
    tests: sortedSet(seen.map(titleOf)).slice(0, mostTests),
    files: sortedSet(inside).slice(0, mostFiles),
  };
}

/** Returns the ms that the test files waited, each on the Node on which it waited longest. */
function waitedFor(seen: readonly Verified[]): number {
  const perFile = Map.groupBy(seen, ({ file }) => file);
  return [...perFile.values()].reduce(
    (sum, tests) => sum + Math.max(0, ...tests.map(({ waited = 0 }) => waited)),
    0,
  );
}

/** Drops what may name a machine or hold a secret: folders outside of the root, arguments of commands. */
function withoutPrivate(facts: Facts, root: string): Facts {
  const { path, command } = facts;
  return {
    ...facts,
    ...(path !== undefined && { path: withoutFolders(isAbsolute(path) ? pathFrom(root, path) : path) }),
    ...(command !== undefined && { command: basename(command.trim().split(/\s/)[0] ?? '') }),
  };
}

function withoutFolders(path: string): string {
  return isAbsolute(path) ? `…/${basename(path)}` : path;
}

function authorBefore(
  state: CauseState | undefined,
  { finding }: Cause,
): { name: string; commit?: string } | undefined {
  const { author, change, source } = state?.leak ?? {};
  if (author === undefined || !finding.site || source === undefined) return undefined;
  return { name: author, ...(change !== undefined && { commit: change }) };
}

/** Returns the test files that were watched; what could not be judged is no proof that a file is clean. */
function watchedIn(
  tests: readonly Verified[],
  root: string,
): { readonly all: ReadonlySet<string>; readonly whole: readonly string[] } {
  const all = new Set(tests.map(({ file }) => pathFrom(root, file)).filter((path) => !isAbsolute(path)));
  const isUnsure = ({ report }: Verified): boolean =>
    report.notJudged.length + report.failedProbes.length > 0;
  const unsure = new Set(tests.filter(isUnsure).map(({ file }) => pathFrom(root, file)));
  return { all, whole: [...all].filter((path) => !unsure.has(path)).toSorted() };
}

/** Returns the test files of open causes that no longer exist. */
function goneSince(fold: Fold, root: string): readonly string[] {
  const open = [...fold.causes.values()].filter(({ cleanRuns }) => cleanRuns === 0);
  const files = sortedSet(open.flatMap(({ leak }) => leak.files));
  return files.filter((path) => !existsSync(join(root, path)));
}

/** Returns the open causes that a run watched and did not see, by name. */
function fixedSince(
  fold: Fold,
  seen: ReadonlySet<string>,
  { nodes, watched }: { readonly nodes: readonly string[]; readonly watched: readonly string[] },
): LeakRecord[] {
  const files = new Set(watched);
  const majors = new Set(nodes.map(majorOf));
  return [...fold.causes.values()]
    .filter(
      (state) => state.cleanRuns === 0 && !seen.has(state.leak.cause) && isWatched(state, files, majors),
    )
    .map(({ leak }) => leak)
    .toSorted((a, b) => compareTexts(a.cause, b.cause));
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}
