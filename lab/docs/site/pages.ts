import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { catalogueFile, leftOut, sections } from './sections.ts';
import { writtenPages } from './written-pages.ts';

/** A page of the site, in Markdown. */
export interface SitePage {
  /** The file of the text, existing or not, relative to the project; its links are relative to this file. */
  readonly file: string;
  /** The address relative to the site. */
  readonly url: string;
  readonly title: string;
  readonly section: string;
  readonly text: string;
}

/**
 * Returns every page but the API and the start page, in the order of the site.
 *
 * @throws UsageError if a document is on no list
 */
export function pagesOf(catalogue: Catalogue): readonly SitePage[] {
  const { root } = catalogue;
  refuseUnlisted(root);
  const written = new Map(writtenPages(catalogue).map((page) => [page.file, page.text]));
  const pages: SitePage[] = [];
  for (const { title: section, files } of sections) {
    for (const file of files) {
      if (file === catalogueFile) {
        for (const each of [...written.keys(), ...pairFiles(root)])
          pages.push(pageOf(each, section, written.get(each) ?? read(root, each)));
      } else if (existsSync(join(root, file))) {
        pages.push(pageOf(file, section, read(root, file)));
      }
    }
  }
  return pages;
}

/** Returns the address of a document on the site. */
export function urlOf(file: string): string {
  const inside = file.startsWith('docs/') ? file.slice('docs/'.length) : `project/${file.toLowerCase()}`;
  return inside.replace(/README\.md$/, 'index.md').replace(/\.md$/, '.html');
}

function pageOf(file: string, section: string, text: string): SitePage {
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new UsageError(`${file}: no title`, 'begin it with a line `# …`');
  // a title is plain text: without the marks of Markdown
  return { file, url: urlOf(file), title: title.replaceAll(/[`\\]/g, ''), section, text };
}

function refuseUnlisted(root: string): void {
  const listed = new Set([...sections.flatMap(({ files }) => files), ...leftOut.keys(), ...pairFiles(root)]);
  const [lost] = ['*.md', 'docs/**/*.md', 'docs/**/*.html']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !listed.has(file))
    .toSorted();
  if (lost !== undefined)
    throw new UsageError(`${lost} has no place on the site`, 'give it one in lab/docs/site/sections.ts');
}

function pairFiles(root: string): readonly string[] {
  return globSync('docs/catalogue/*/*.md', { cwd: root }).toSorted();
}

function read(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
