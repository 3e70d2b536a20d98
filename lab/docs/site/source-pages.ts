import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { html } from '../pages/html.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { framed, type Part } from './chrome.ts';
import { numberedLines } from './prose.ts';

/**
 * Writes a page for each source file or folder that a page links to, so that such a link leads somewhere offline too.
 *
 * @param sources relative to the project
 */
export function writeSourcePages(
  root: string,
  out: string,
  sources: readonly string[],
  parts: readonly Part[],
): void {
  for (const path of sources) {
    const content = `<p class="trail">${html(path)}</p><h1>${html(basename(path))}</h1>${numberedLines(textOf(join(root, path)))}`;
    const url = `source/${path}.html`;
    const page = framed({
      url,
      title: path,
      description: `The file ${path} of leaklab.`,
      parts,
      content,
      contents: '',
      kind: 'source',
    });
    writeWhole(join(out, url), page);
  }
}

/** Returns the text of a file, or the names in a folder. */
function textOf(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  return readdirSync(path)
    .toSorted()
    .map((name) => `${name}${statSync(join(path, name)).isDirectory() ? '/' : ''}\n`)
    .join('');
}
