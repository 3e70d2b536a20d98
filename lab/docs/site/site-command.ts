import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { boardHtml } from '../../score/board/board-html.ts';
import { Cache } from '../../score/runs/cache.ts';
import { readBoard } from '../../score/board/scored-board.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { importable } from './importable.ts';
import { brokenLinks } from './links.ts';
import { pagesOf } from './pages.ts';
import { boardPage } from './sections.ts';
import { writeSourcePages } from './source-pages.ts';
import { startPage } from './start-page.ts';
import { knowledge } from './theme.ts';
import { renderSite } from './typedoc-site.ts';

export const siteHelp = `usage: npm run site [-- --out FOLDER]

Builds the site: the documents of docs/, the catalogue and the API. It needs no server and no network.

  --out FOLDER  folder to write, whose old content is removed; default site/

exit code: 0 built; 1 a broken link; 2 a document without a place, an export without a comment, or used wrongly`;

/** Runs `npm run site`, and returns the exit code. */
export async function siteCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: 'string', default: join(projectRoot, 'site') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${siteHelp}\n`);
    return 0;
  }
  const out = resolve(values.out);
  if (projectRoot.startsWith(`${out}/`) || out === projectRoot)
    throw new UsageError(`--out ${values.out} would remove the project`, 'name another folder');
  mkdirSync(join(projectRoot, '.cache'), { recursive: true });
  const catalogue = await readCatalogue(projectRoot);
  const pages = pagesOf(catalogue);
  const contents = {
    root: projectRoot,
    pages,
    start: startPage(catalogue, pages),
    modules: importable(projectRoot),
  };
  const sources = await renderSite(contents, out);
  writeSourcePages(projectRoot, out, sources, knowledge.parts);
  writeBoardPage(out);
  const broken = brokenLinks(out);
  for (const line of broken) process.stdout.write(`${line}\n`);
  process.stdout.write(
    broken.length === 0
      ? `${pages.length} documents, ${sources.length} source files; open ${join(values.out, 'index.html')}\n`
      : `${broken.length} links lead nowhere\n`,
  );
  return broken.length === 0 ? 0 : 1;
}

/** Writes the page of the board beside its data; cells link to the output of tools that ran on this machine. */
function writeBoardPage(out: string): void {
  const said = new Cache(join(projectRoot, '.cache', 'score')).firstRuns();
  writeWhole(join(out, boardPage.url), boardHtml(readBoard(projectRoot), said));
  cpSync(join(projectRoot, 'docs', 'board.json'), join(out, 'board.json'));
}
