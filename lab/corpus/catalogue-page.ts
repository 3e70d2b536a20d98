import { relative } from 'node:path';
import type { Catalogue, Program } from '../catalogue/catalogue.ts';
import { families } from '../contract.ts';

/** docs/catalogue.md: every pair with what it leaks and where it was seen, then the decoys. */
export function cataloguePage(catalogue: Catalogue): string {
  const { programs, sources } = catalogue;
  const patterns = programs.filter(({ role }) => role === 'pattern');
  const decoys = programs.filter(({ role }) => role === 'decoy');
  const lines = [
    '<!-- written by `npm run lab -- corpus --page docs/catalogue.md`; change the programs, not this page -->',
    '',
    '# The catalogue',
    '',
    `${patterns.length} pairs and ${decoys.length} decoys. A pattern leaks, its fix in fixes/ does not, a decoy looks as if it did.`,
  ];
  for (const family of families) {
    const own = patterns.filter((program) => program.family === family);
    const clean = decoys.filter((program) => program.family === family);
    if (own.length + clean.length === 0) continue;
    lines.push(
      '',
      `## ${family}`,
      '',
      '| pair | what it is | leaks | seen through | left behind is | seen in |',
      '| --- | --- | --- | --- | --- | --- |',
    );
    for (const program of own) lines.push(row(program, catalogue));
    if (clean.length > 0) {
      lines.push('', `Decoys: ${clean.map(({ id, file }) => link(id, file, catalogue.root)).join(', ')}.`);
    }
  }
  lines.push('', '## Sources', '');
  for (const { ref, title, url } of sources.values())
    lines.push(`- [${ref}](${url}): ${title.replaceAll(/[<>*_`|[\]]/g, '\\$&')}`);
  lines.push('');
  return lines.join('\n');
}

function row({ id, file, markers, pattern }: Program, { root, sources }: Catalogue): string {
  if (!pattern) return '';
  const leaks = markers.leaks.map(({ kind, count }) => (count === 1 ? kind : `${kind} ×${count}`)).join(', ');
  const seenIn = pattern.seenIn.map((ref) => `[${ref}](${sources.get(ref)?.url ?? ''})`).join(', ');
  const cells = [link(id, file, root), pattern.title, leaks, pattern.channel, pattern.leaves, seenIn];
  return `| ${cells.join(' | ')} |`;
}

function link(id: string, file: string, root: string): string {
  return `[${id}](../${relative(root, file)})`;
}
