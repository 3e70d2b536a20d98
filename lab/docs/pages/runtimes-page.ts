import { relative } from 'node:path';
import { reasonsOf, type Standing } from '../../oracle/by-source/standing.ts';
import {
  foreignNames,
  readStandings,
  standingsPath,
  type StandingFile,
  type StandingProgram,
} from '../../oracle/by-source/standing-file.ts';
import { rolesInPlural } from '../../oracle/proof-lines.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { escaped, table } from './markdown.ts';

const titles = { deno: 'Deno', bun: 'Bun' } as const;

const kinds: readonly Standing['kind'][] = ['holds', 'differs', 'not applicable'];

/**
 * Returns docs/runtimes.md, from the committed measurements of each runtime.
 *
 * @param root the folder of the catalogue
 * @throws UsageError if a file is missing or has another format
 */
export function runtimesPage(root: string): string {
  const files = foreignNames.map((name) => {
    const path = standingsPath(root, name);
    const file = readStandings(path);
    if (!file) throw new UsageError(`${relative(root, path)} is missing`, 'npm run foreign writes it');
    return file;
  });
  const standing = new Map<string, readonly (StandingProgram | undefined)[]>();
  for (const path of new Set(files.flatMap(({ programs }) => programs.map((program) => program.path)))) {
    standing.set(
      path,
      files.map(({ programs }) => programs.find((program) => program.path === path)),
    );
  }
  const rows = [...standing].map(([path, each]) => ({ path, each }));
  const holdsOn = ({ each }: (typeof rows)[number]): boolean =>
    each.every((program) => program?.standing.kind === 'holds');
  const heads = files.map(({ runtime, release }) => `${titles[runtime]} ${release}`);
  const parts = [
    '<!-- written by `npm run foreign`; measure again instead of changing this page -->',
    '# Deno and Bun',
    introduction,
    table(['', ...heads.flatMap((head) => kinds.map((kind) => `${head}: ${kind}`))], totals(files)),
    table(
      ['program', ...heads],
      rows.filter((row) => !holdsOn(row)).map(({ path, each }) => [link(path), ...each.map(cell)]),
    ),
    `Each of the other ${rows.filter(holdsOn).length} programs holds on both.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const introduction = `The labels are made for Node and proven there ([how](oracle.md)). Each program was also run 1, 5 and 25 times in one
process of Deno and of Bun, as it is but for what makes its waits and timers countable.

- **holds**: it does the same job as on Node, and what the label says grows does, or nothing does.
- **differs**: it does the same job, and what grows is not what the label says.
- **not applicable**: it does not run there, or does another job than on Node.`;

function totals(files: readonly StandingFile[]): string[][] {
  return [...rolesInPlural, [undefined, 'all'] as const].map(([role, title]) => {
    const own = files.map(({ programs }) =>
      programs.filter((program) => role === undefined || program.role === role),
    );
    const counts = own.flatMap((programs) =>
      kinds.map((kind) => programs.filter(({ standing }) => standing.kind === kind).length),
    );
    return [title, ...counts.map(String)];
  });
}

function cell(program: StandingProgram | undefined): string {
  if (!program) return 'not measured';
  const { kind } = program.standing;
  const reasons = reasonsOf(program.standing).map((reason) => escaped(reason));
  return reasons.length === 0 ? kind : `**${kind}**: ${reasons.join('; ')}`;
}

function link(path: string): string {
  return `[${path.replace(/\.ts$/, '')}](../${path})`;
}
