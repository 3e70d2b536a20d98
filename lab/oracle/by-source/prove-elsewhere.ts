/** `leaklab prove --runtime`: tests on another runtime the labels that were proven on Node. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { foreignRuntimes, projectReleases } from '../../shared/project-releases.ts';
import { formatRecords } from '../../shared/json-records.ts';
import { runtimeExecutable } from '../../shared/node-releases.ts';
import { showStatus } from '../../shared/status-line.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { createProgress } from '../progress.ts';
import { prove, type Program, type Proof } from '../prove.ts';
import { nodeRuntime } from '../runtime.ts';
import { reasonsOf, standingOf } from './standing.ts';
import {
  readStandings,
  standingsMerged,
  standingsPath,
  toStandingFile,
  type ForeignName,
} from './standing-file.ts';

export interface ElsewhereOptions {
  readonly times: number;
  readonly json: boolean;
  /** File to write; standings of other programs stay. */
  readonly save?: string;
}

/**
 * Prints to standard output and returns the exit code. It is 0 if each program stands as in the committed file, or
 * holds if that file lacks it.
 *
 * @throws UsageError for an unknown runtime
 */
export async function proveElsewhere(
  wanted: string,
  catalogue: Catalogue,
  programs: readonly Program[],
  { times, json, save }: ElsewhereOptions,
): Promise<number> {
  const runtime = nameOf(wanted);
  const release = foreignRuntimes[runtime];
  const executable = await runtimeExecutable(runtime, release, projectReleases);
  const { root } = catalogue;
  const committed = readStandings(standingsPath(root, runtime));
  const before = save === undefined ? undefined : readStandings(save);

  const start = performance.now();
  const progress = createProgress(programs, !json, describe);
  const proofs = await prove(programs, {
    runtime: { name: runtime, executable, asks: 'source' },
    reference: { ...nodeRuntime(), asks: 'source' },
    times,
    onProgress: progress,
  });
  showStatus('');

  const file = toStandingFile(proofs, { runtime, release, times, root });
  if (save !== undefined) {
    const paths = catalogue.programs.map((program) => relative(root, program.file));
    writeWhole(save, formatRecords(standingsMerged(before, file, paths)));
  }
  const changed = file.programs.filter(({ path, standing }) => {
    const known = committed?.programs.find((each) => each.path === path)?.standing;
    return known ? known.kind !== standing.kind : standing.kind !== 'holds';
  });
  const { programs: all, holds, differs, 'not applicable': not } = file.summary;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const lines = [
    ...changed.map(
      ({ id, role, standing: { kind } }) => `  ✗ ${id} ${role}: ${kind}, unlike the committed standing`,
    ),
    `${runtime} ${release}: ${holds} of ${all} hold, ${differs} differ, ${not} not applicable (${seconds} s)`,
  ];
  process.stdout.write(json ? formatRecords(file) : `\n${lines.join('\n')}\n`);
  return changed.length === 0 ? 0 : 1;
}

function nameOf(wanted: string): ForeignName {
  if (wanted === 'deno' || wanted === 'bun') return wanted;
  throw new UsageError(
    `--runtime ${JSON.stringify(wanted)} is not deno or bun`,
    '--node PATH takes any Node',
  );
}

function describe(proof: Proof): string {
  const { program } = proof;
  const standing = standingOf(proof);
  const sign = { holds: styleText('green', '✓'), differs: styleText('red', '≠'), 'not applicable': '-' };
  return [
    `${sign[standing.kind]} ${program.id} ${program.role}: ${standing.kind}`,
    ...reasonsOf(standing).map((reason) => `    ${reason}`),
  ].join('\n');
}
