import { relative } from 'node:path';
import type { Catalogue, Program } from '../../catalogue/catalogue.ts';
import { families, observables, type Family } from '../../contract.ts';
import { familyWords } from '../pages/family-words.ts';
import { filterParts } from '../pages/filter-page.ts';
import { escaped } from '../pages/markdown.ts';
import { catalogueFile } from './sections.ts';

/** A page made from the catalogue, only for the site. */
export interface WrittenPage {
  readonly file: string;
  readonly text: string;
}

/** Returns the index of the catalogue, a page for each family, the decoys, the sources. */
export function writtenPages(catalogue: Catalogue): readonly WrittenPage[] {
  return [
    { file: catalogueFile, text: indexPage(catalogue) },
    ...families.map((family) => ({ file: familyFile(family), text: familyPage(catalogue, family) })),
    { file: 'docs/catalogue/decoys.md', text: decoysPage(catalogue) },
    { file: 'docs/catalogue/sources.md', text: sourcesPage(catalogue) },
  ];
}

export function familyFile(family: Family): string {
  return `docs/catalogue/${family}/README.md`;
}

function indexPage(catalogue: Catalogue): string {
  const having = (role: string): number => catalogue.programs.filter((each) => each.role === role).length;
  const { form, count, table, script } = filterParts(catalogue, (id) => `${id}.md`);
  return `# The catalogue

${having('pattern')} pairs: a program that leaks, and the same one fixed. ${having('decoy')} [decoys](decoys.md) look like leaks; ${having('wrong-fix')} wrong fixes, on the pages of their pairs, are plausible and still leak. Each pair is the kernel of a [real bug](sources.md), and each label is [proven without a detector](../oracle.md).

## What grows, by family

${heat(catalogue)}

## All pairs

<div class="filter">
${form}
${count}
${table}
<script>
${script.replaceAll(/^\s+/gm, '')}
</script>
</div>
`;
}

/** Returns a shaded table of the pairs of each family by what grows. */
function heat({ programs }: Catalogue): string {
  const patterns = programs.filter(({ role }) => role === 'pattern');
  const counts = families.map((family) => ({
    family,
    all: patterns.filter((each) => each.family === family).length,
    cells: observables.map(
      (name) =>
        patterns.filter((each) => each.family === family && each.pattern?.grows.includes(name)).length,
    ),
  }));
  const most = Math.max(...counts.flatMap(({ cells }) => cells));
  const rows = counts.map(({ family, all, cells }) => {
    const shown = cells.map((count, index) =>
      count === 0
        ? '<td></td>'
        : `<td style="--heat:${Math.round((count / most) * 100)}%"><a href="query:family=${family}&amp;grows=${observables[index]}#all-pairs">${count}</a></td>`,
    );
    return `<tr><th scope="row" id="${family}"><a href="${family}/README.md">${family}</a></th>${shown.join('')}<td class="sum">${all}</td></tr>`;
  });
  return `<div class="heat"><table>
<thead><tr><th scope="col">family</th>${observables.map((name) => `<th scope="col">${name}</th>`).join('')}<th scope="col">pairs</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function familyPage({ programs }: Catalogue, family: Family): string {
  const own = programs.filter((each) => each.family === family);
  const pairs = own.flatMap(({ id, role, story, markers, pattern }) => {
    if (role !== 'pattern' || !pattern) return [];
    const kinds = [...new Set(markers.leaks.map(({ kind }) => kind))].join(', ');
    const wrong = own.filter((each) => each.id === id && each.role === 'wrong-fix').length;
    const facts = [
      `leaves ${kinds}`,
      pattern.stage,
      ...(wrong > 0 ? [`${wrong} wrong ${wrong > 1 ? 'fixes' : 'fix'}`] : []),
    ];
    return [
      `### [${escaped(pattern.title)}](${id.slice(family.length + 1)}.md)\n\n${escaped(story.opening)}\n\n${facts.join(' · ')}`,
    ];
  });
  const decoys = own.filter(({ role }) => role === 'decoy');
  return `# ${family}

${familyWords[family]}.

## ${pairs.length} pairs

${pairs.join('\n\n')}
${decoys.length === 0 ? '' : `\n## What is no leak\n\n${decoys.map((each) => `- ${escaped(each.story.opening)} [the decoy](../decoys.md#${anchorOf(each)})`).join('\n')}\n`}`;
}

function decoysPage({ programs, root }: Catalogue): string {
  const decoys = programs.filter(({ role }) => role === 'decoy');
  const entries = decoys.map((decoy) => {
    const path = relative(root, decoy.file);
    const parts = decoy.story.parts.map(({ heading, text }) => `**${heading}** ${escaped(text)}`);
    return [`## ${decoy.id}`, `${escaped(decoy.story.opening)} [${path}](../../${path})`, ...parts].join(
      '\n\n',
    );
  });
  return `# Decoys

${decoys.length} clean programs that look like leaks. A detector that reports everything is wrong about each of them.

${entries.join('\n\n')}
`;
}

/** Returns the anchor that typedoc makes of the heading. */
function anchorOf(decoy: Program): string {
  return decoy.id.replaceAll('/', '').replaceAll(' ', '-');
}

function sourcesPage({ programs, sources }: Catalogue): string {
  const lines = [...sources.values()].map(({ ref, title, url }) => {
    const pairs = programs.filter(
      ({ role, pattern }) => role === 'pattern' && pattern?.seenIn.some((each) => each === ref),
    );
    const links = pairs.map(({ id }) => `[${id}](${id}.md)`).join(', ');
    return `- [${ref}](${url}): ${escaped(title)} ${links === '' ? '' : `→ ${links}`}`;
  });
  return `# Sources

The ${sources.size} reports that the pairs were made from. The programs were written from these reports, not copied; each source was opened before it was cited.

${lines.join('\n')}
`;
}
