import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../detector/index.ts';
import { fingerprintOf, Sources } from '../../../detector/internal.ts';
import { git } from '../../ci/git.ts';
import { pathFrom } from '../../ci/formats/results.ts';
import type { CauseState } from '../fold.ts';

/** The commits from which git is asked for renames; causes of one run share theirs. */
const mostBases = 20;

/** The names that a file had before. */
export class Renames {
  readonly #before = new Map<string, Set<string>>();
  /** Commits that git doesn't know here, as in a shallow clone. */
  readonly unknown: string[] = [];

  /** Adds that a file, and what it was before, has a new name. */
  add(old: string, name: string): void {
    const before = this.#before.get(name) ?? new Set();
    for (const each of [old, ...(this.#before.get(old) ?? [])]) before.add(each);
    this.#before.set(name, before);
  }

  before(name: string): readonly string[] {
    return [...(this.#before.get(name) ?? [])];
  }
}

/**
 * Asks git for the renames of files that are gone, each since the last run that saw a cause in it.
 *
 * @param root absolute
 */
export async function renamesSince(root: string, causes: Iterable<CauseState>): Promise<Renames> {
  const renames = new Renames();
  const times = new Map<string, string>();
  for (const { leak } of causes) {
    const { commit, place, time } = leak;
    if (commit === undefined || !place || existsSync(join(root, place.path))) continue;
    if ((times.get(commit) ?? '') < time) times.set(commit, time);
  }
  const bases = [...times].toSorted(([, a], [, b]) => (a < b ? 1 : -1)).slice(0, mostBases);
  // the oldest first: a file may have been renamed again since
  for (const [base] of bases.toReversed()) {
    if ((await git(root, 'cat-file', '-e', `${base}^{commit}`)) === undefined) {
      renames.unknown.push(base);
      continue;
    }
    const list = ['-M', '--diff-filter=R', '--name-status', '-z', '--no-relative'];
    addAll(renames, await git(root, 'log', ...list, '--reverse', '--format=', `${base}..HEAD`));
    // what the sum of small changes is, and what is not committed
    addAll(renames, await git(root, 'diff', ...list, base));
  }
  return renames;
}

function addAll(renames: Renames, output = ''): void {
  const words = output.split('\0').map((word) => word.replace(/^\n+/, ''));
  for (const [index, word] of words.entries()) {
    const [old, name] = words.slice(index + 1);
    if (/^R\d+$/.test(word) && old !== undefined && name !== undefined) renames.add(old, name);
  }
}

/** Returns the fingerprints that a finding had before its file was renamed. */
export function fingerprintsBefore(finding: Finding, root: string, renames: Renames): readonly string[] {
  const { site } = finding;
  if (!site) return [];
  return renames.before(pathFrom(root, site.file)).map((path) => {
    const file = join(root, path);
    return fingerprintOf({ ...finding, site: { ...site, file } }, root, new OtherSource(site.file));
  });
}

/** The lines of one file under whatever name. */
class OtherSource extends Sources {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  override linesOf(): readonly string[] {
    return super.linesOf(this.#file);
  }
}
