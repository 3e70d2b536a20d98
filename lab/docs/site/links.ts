import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Ids and links of a page. */
interface Page {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/**
 * Returns every broken link of a site and every request to another host, a line each.
 *
 * @param site the folder of HTML files, absolute
 */
export function brokenLinks(site: string): readonly string[] {
  const files = globSync('**/*.html', { cwd: site }).toSorted();
  const pages = new Map(files.map((file) => [join(site, file), read(join(site, file))]));
  return [...pages].flatMap(([file, { links }]) => {
    const here = relative(site, file);
    return links.flatMap((link) => {
      const problem = problemOf(link, file, pages);
      return problem === undefined ? [] : [`${here}: ${link}: ${problem}`];
    });
  });
}

function problemOf(link: string, from: string, pages: ReadonlyMap<string, Page>): string | undefined {
  if (/^(?:https?|mailto|data):/.test(link)) return undefined;
  if (/^[a-z]+:|^\/\//.test(link)) return 'neither a page of the site nor an address';
  const [path = '', anchor] = link.split('#');
  const place = decodeURI(path.replace(/\?.*/, ''));
  const target = place === '' ? from : resolve(dirname(from), place);
  const page = pages.get(target);
  if (!page) {
    if (!existsSync(target)) return 'there is no such page';
    return target.endsWith('.html') || /\.\w+$/.test(target)
      ? undefined
      : 'a folder, which a disk does not open';
  }
  if (anchor === undefined || anchor === '' || page.ids.has(decodeURIComponent(anchor))) return undefined;
  return 'there is no such place on that page';
}

function read(file: string): Page {
  // a script has no links
  const text = readFileSync(file, 'utf8').replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, (script) =>
    script.slice(0, script.indexOf('>') + 1),
  );
  const values = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, value = '']) => unescaped(value));
  const links = values(/<[a-z][^>]*?\s(?:href|src)="([^"]*)"/g);
  const loaded = values(
    /<(?:script|link|img|iframe|source)\b[^>]*?\s(?:href|src)="(https?:[^"]*|\/\/[^"]*)"/g,
  );
  return {
    ids: new Set(values(/\sid="([^"]*)"/g)),
    links: [...links, ...loaded.map((link) => `remote:${link}`)],
  };
}

function unescaped(value: string): string {
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
