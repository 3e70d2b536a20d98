import type { Catalogue } from '../../catalogue/program.ts';
import { html } from './html.ts';

/** Columns that can be filtered. */
const filters = ['family', 'kind', 'stage', 'grows'] as const;

/** A form that filters, the number of pairs that are shown, and the table of pairs. */
export interface FilterParts {
  readonly form: string;
  readonly count: string;
  readonly table: string;
  /** The script that filters, without its tag; a query (`?family=timer`) sets the first filter. */
  readonly script: string;
}

/**
 * Returns the parts of an index of the pairs with a filter for family, kind, stage and what grows. Without the script
 * a reader sees the whole table.
 *
 * @param linkTo returns the address of the page of a pair, relative to the index
 */
export function filterParts({ programs }: Catalogue, linkTo: (id: string) => string): FilterParts {
  const rows = programs.flatMap(({ id, role, family, markers, pattern }) => {
    if (role !== 'pattern' || !pattern) return [];
    const kinds = [...new Set(markers.leaks.map(({ kind }) => kind))];
    return [
      {
        id,
        title: pattern.title,
        family: [family],
        kind: kinds,
        stage: [pattern.stage],
        grows: pattern.grows,
      },
    ];
  });
  const valuesOf = (name: (typeof filters)[number]): string[] =>
    [...new Set(rows.flatMap((row): readonly string[] => row[name]))].toSorted();
  const selects = filters.map((name) => {
    const options = valuesOf(name).map((value) => `<option>${html(value)}</option>`);
    return `<label>${name} <select name="${name}"><option value="">all</option>${options.join('')}</select></label>`;
  });
  const lines = rows.map((row) => {
    const data = filters.map((name) => `data-${name}="${row[name].join(' ')}"`).join(' ');
    const cells = filters.map((name) => `<td>${row[name].join(', ')}</td>`).join('');
    return `<tr ${data}><td><a href="${linkTo(row.id)}">${row.id}</a><br>${html(row.title)}</td>${cells}</tr>`;
  });
  return {
    form: `<form>${selects.join('')}<label>search <input type="search" name="words"></label></form>`,
    count: `<p role="status">${rows.length} pairs</p>`,
    table: `<table>
<thead><tr><th>pair</th>${filters.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`,
    script,
  };
}

const script = `const status = document.querySelector('[role=status]');
const table = status.nextElementSibling;
const form = status.previousElementSibling;
const rows = [...table.querySelectorAll('tbody tr')];
function show() {
  const wanted = new FormData(form);
  const words = wanted.get('words').trim().toLowerCase();
  let count = 0;
  for (const row of rows) {
    const fits = [...wanted].every(([name, value]) =>
      value === '' || name === 'words' || row.dataset[name].split(' ').includes(value));
    row.hidden = !fits || !row.textContent.toLowerCase().includes(words);
    if (!row.hidden) count++;
  }
  status.textContent = count === 1 ? '1 pair' : count + ' pairs';
}
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field) field.value = value;
}
form.addEventListener('input', show);
form.addEventListener('submit', (event) => event.preventDefault());
show();`;

/** Returns the index.html of the pages: one file without dependencies, which also works from a disk. */
export function filterPage(catalogue: Catalogue): string {
  const { form, count, table, script } = filterParts(catalogue, (id) => `${id}.md`);
  return `<!doctype html>
<!-- written by \`npm run pages\`; change the programs, not this page -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>leaklab: the catalogue</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
select, input { font: inherit; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.4rem 0.6rem 0.4rem 0; text-align: left; vertical-align: top; }
</style>
</head>
<body>
<h1>The catalogue</h1>
${form}
${count}
${table}
<script>
${script}
</script>
</body>
</html>
`;
}
