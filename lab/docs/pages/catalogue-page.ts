import { relative } from 'node:path';
import type { Catalogue, Program } from '../../catalogue/program.ts';
import { families } from '../../contract.ts';
import { escaped, table } from './markdown.ts';
import { notice } from './pair-page.ts';

/** Returns the README.md of the pages: every pair with its leaks and sources, the decoys, the sources. */
export function cataloguePage(catalogue: Catalogue, folder: string): string {
  const { programs, sources, root } = catalogue;
  const having = (role: string): Program[] => programs.filter((each) => each.role === role);
  const [patterns, decoys, wrongFixes] = [having('pattern'), having('decoy'), having('wrong-fix')];
  const parts = [
    notice,
    '# The catalogue',
    `${patterns.length} pairs, ${decoys.length} decoys, ${wrongFixes.length} wrong fixes. A pattern leaks and its fix in fixes/ does not; a decoy looks like a leak; a wrong fix is plausible and still leaks. [index.html](index.html) filters them in a browser.`,
  ];
  for (const family of families) {
    const own = patterns.filter((program) => program.family === family);
    const clean = decoys.filter((program) => program.family === family);
    if (own.length + clean.length === 0) continue;
    parts.push(`## ${family}`);
    if (own.length > 0) {
      const head = [
        'pair',
        'what it is',
        'stage',
        'leaked by one run',
        'seen through',
        'wrong fixes',
        'seen in',
      ];
      parts.push(
        table(
          head,
          own.map((program) => row(program, catalogue)),
        ),
      );
    }
    if (clean.length > 0) {
      parts.push(
        `Decoys:\n\n${clean
          .map(
            ({ file, story }) =>
              `- [${relative(root, file)}](${relative(folder, file)}): ${escaped(story.opening)}`,
          )
          .join('\n')}`,
      );
    }
  }
  const cited = [...sources.values()].map(({ ref, title, url }) => `- [${ref}](${url}): ${escaped(title)}`);
  parts.push('## Sources', cited.join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function row({ id, markers, pattern }: Program, { programs, sources }: Catalogue): string[] {
  if (!pattern) return [];
  const leaks = markers.leaks.map(({ kind, count }) => (count === 1 ? kind : `${kind} ×${count}`)).join(', ');
  const wrongFixes = programs.filter((each) => each.id === id && each.role === 'wrong-fix').length;
  return [
    `[${id}](${id}.md)`,
    escaped(pattern.title),
    pattern.stage,
    leaks,
    pattern.seenThrough,
    String(wrongFixes),
    pattern.seenIn.map((ref) => `[${ref}](${sources.get(ref)?.url ?? ''})`).join(', '),
  ];
}
