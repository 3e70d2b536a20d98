import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Application,
  Converter,
  DocumentReflection,
  IndexEvent,
  LogLevel,
  MinimalSourceFile,
  normalizePath,
  ReflectionKind,
  RendererEvent,
  type Context,
  type DeclarationReflection,
  type ProjectReflection,
} from 'typedoc';
import { UsageError } from '../../shared/usage-error.ts';
import { partsOf, type Entry } from './chrome.ts';
import { SiteFiles } from './files.ts';
import { extendMarkdown, searchWords } from './prose.ts';
import type { SitePage } from './pages.ts';
import { SiteRouter } from './router.ts';
import { knowledge, SiteTheme } from './theme.ts';

/** The parts of the site that typedoc renders. */
export interface SiteContents {
  /** The folder of the project, absolute. */
  readonly root: string;
  readonly pages: readonly SitePage[];
  /** The start page, in HTML. */
  readonly start: string;
  /** Modules of the API: their files by the names under which they are imported. */
  readonly modules: ReadonlyMap<string, string>;
}

/**
 * Renders the documents and the API.
 *
 * @param out folder of the site, absolute; emptied
 * @returns the source files that pages link to, relative to the project
 * @throws UsageError if typedoc warns of anything: an export without a comment, a link that leads nowhere
 */
export async function renderSite(contents: SiteContents, out: string): Promise<readonly string[]> {
  const { root, pages, modules } = contents;
  const styles = join(root, '.cache', 'site.css');
  writeFileSync(styles, stylesOf(root));
  const app = await Application.bootstrap({
    name: 'leaklab',
    entryPoints: [...modules.values()].map((file) => join(root, file)),
    alwaysCreateEntryPointModule: true,
    tsconfig: join(root, 'tsconfig.json'),
    readme: 'none',
    logLevel: LogLevel.Warn,
    router: 'site',
    theme: 'site',
    customCss: styles,
    favicon: join(root, 'docs', 'site', 'favicon.svg'),
    lightHighlightTheme: 'github-light-high-contrast',
    darkHighlightTheme: 'github-dark-high-contrast',
    highlightLanguages: ['ts', 'js', 'json', 'yaml', 'sh', 'diff', 'css', 'html'],
    markdownItOptions: { html: true, linkify: false },
    markdownItLoader: extendMarkdown,
    markdownLinkExternal: false,
    searchInDocuments: true,
    searchInComments: true,
    disableSources: true,
    disableGit: true,
    sort: ['source-order'],
    includeHierarchySummary: false,
    hideGenerator: true,
    useFirstParagraphOfCommentAsSummary: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    validation: {
      notExported: false,
      invalidLink: true,
      invalidPath: true,
      rewrittenLink: false,
      notDocumented: true,
    },
    requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable'],
  });
  const files = new SiteFiles(root, new Set(pages.map(({ file }) => join(root, file))));
  app.files = files;
  app.renderer.defineRouter('site', SiteRouter);
  app.renderer.defineTheme('site', SiteTheme);
  app.converter.on(Converter.EVENT_BEGIN, (context: Context) => addDocuments(app, context.project, contents));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context: Context) =>
    nameModules(context.project, modules, root),
  );
  app.renderer.on(RendererEvent.BEGIN, ({ project }: RendererEvent) => {
    knowledge.parts = partsOf(pages, apiEntries(app, project));
  });
  app.renderer.on(IndexEvent.PREPARE_INDEX, ({ searchResults, searchFields }: IndexEvent) => {
    for (const [index, found] of searchResults.entries()) {
      if (!(found instanceof DocumentReflection)) continue;
      const text = found.content.map((part) => part.text).join('');
      searchFields[index] = { ...searchFields[index], document: searchWords(text) };
    }
  });

  const project = await app.convert();
  if (!project) throw new UsageError('typedoc read no project', 'npm run types says what is wrong');
  app.validate(project);
  if (!app.logger.hasErrors() && !app.logger.hasWarnings()) await app.generateDocs(project, out);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new UsageError('the site has faults, see above', 'fix them, then npm run site');
  return files.sources();
}

function addDocuments(
  app: Application,
  project: ProjectReflection,
  { root, pages, start }: SiteContents,
): void {
  const known = new Map<DocumentReflection, SitePage>();
  // all pages must be known before the first link is read
  for (const page of pages) {
    const document = new DocumentReflection(page.title, project, [], {});
    project.addChild(document);
    project.registerReflection(document, undefined, normalizePath(join(root, page.file)));
    known.set(document, page);
  }
  project.files.registerReflectionPath(normalizePath(join(root, 'README.md')), project);
  const parsed = (text: string, file: string): DocumentReflection['content'] =>
    app.converter.parseRawComment(new MinimalSourceFile(text, normalizePath(join(root, file))), project.files)
      .content;
  for (const [document, { text, file }] of known) document.content = parsed(text, file);
  // what makes typedoc write a start page
  project.readme = [{ kind: 'text', text: project.name }];
  knowledge.start = start;
  SiteRouter.urls = new Map([...known].map(([document, { url }]) => [document, url]));
  knowledge.pages = known;
}

function nameModules(project: ProjectReflection, modules: ReadonlyMap<string, string>, root: string): void {
  const names = new Map([...modules].map(([name, file]) => [normalizePath(join(root, file)), name]));
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    const path = project.files.getReflectionPath(module);
    module.name = names.get(path ?? normalizePath('')) ?? module.name;
  }
}

function apiEntries(app: Application, project: ProjectReflection): readonly Entry[] {
  const modules = project.getChildrenByKind(ReflectionKind.Module);
  const entry = (target: DeclarationReflection): Entry => ({
    title: target.name,
    url: app.renderer.router?.getFullUrl(target) ?? '',
    children: (target.children ?? [])
      .filter((child) => app.renderer.router?.hasOwnDocument(child))
      .map(entry),
  });
  return [{ title: 'All modules', url: 'api/index.html' }, ...modules.map(entry)];
}

function stylesOf(root: string): string {
  const folder = join(root, 'docs', 'site');
  return globSync('*.css', { cwd: folder })
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
