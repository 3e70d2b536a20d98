import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DefaultTheme,
  DefaultThemeRenderContext,
  JSX,
  type PageEvent,
  type Reflection,
  type RenderTemplate,
} from 'typedoc';
import { projectRoot } from '../../shared/project-root.ts';
import { inPage } from '../pictures/svg.ts';
import { framed, type Frame, type Part } from './chrome.ts';
import type { SitePage } from './pages.ts';

/** Facts for the theme besides the reflections; set before anything is rendered. */
export const knowledge: {
  pages: ReadonlyMap<Reflection, SitePage>;
  parts: readonly Part[];
  /** The HTML of the start page. */
  start: string;
} = { pages: new Map(), parts: [], start: '' };

/** The number of headings from which a page has a list of them. */
const fewestHeadings = 3;

class SiteContext extends DefaultThemeRenderContext {
  override relativeURL = (url: string): string => {
    // typedoc puts files other than pages into `media/`; a source file becomes a page here
    const place = url.startsWith('media/') && url.endsWith('.html') ? url.replace('media/', 'source/') : url;
    return `${'../'.repeat(this.page.url.split('/').length - 1)}${place === './' ? 'index.html' : place}`;
  };

  override indexTemplate = (): JSX.Element => JSX.createElement(JSX.Raw, { html: knowledge.start });

  override defaultLayout = (
    template: RenderTemplate<PageEvent<Reflection>>,
    event: PageEvent<Reflection>,
  ): JSX.Element => {
    const page = knowledge.pages.get(event.model);
    const isStart = event.url === 'index.html';
    const body = template(event);
    const text = amended(typeof body === 'string' ? body : JSX.renderElement(body));
    const head = page || isStart ? this.#trail(event, page) : JSX.renderElement(this.header(event));
    const frame: Frame = {
      url: event.url,
      title: isStart ? 'leaklab' : (page?.title ?? event.model.name),
      description: page ? descriptionOf(page.text) : 'A leak benchmark and a leak detector for Node.js.',
      parts: knowledge.parts,
      content: `${head}${text}`,
      contents: isStart ? '' : contentsOf(event),
      kind: kindOf(event, page),
    };
    return JSX.createElement(JSX.Raw, { html: framed(frame) });
  };

  /** Returns the trail of a document: its part of the site, and its family. */
  #trail({ url }: PageEvent<Reflection>, page: SitePage | undefined): string {
    if (!page) return '';
    const [top, family, name] = url.split('/');
    const isPair = top === 'catalogue' && name !== undefined && name !== 'index.html';
    const up = isPair
      ? `<a href="../index.html">Catalogue</a> / <a href="index.html">${family}</a> / ${name.replace('.html', '')}`
      : page.section;
    return `<p class="trail">${up}</p>`;
  }
}

/** typedoc's theme in a frame of our own. */
export class SiteTheme extends DefaultTheme {
  override ContextClass = SiteContext;

  override render(page: PageEvent): string {
    // the frame brings its own doctype
    return super.render(page).replace('<!DOCTYPE html>', '');
  }
}

/** Adapts the HTML of typedoc to this site. */
function amended(text: string): string {
  return (
    text
      // a link to the same page with a filter: typedoc would take it for a file
      .replaceAll('href="query:', 'href="?')
      // within the page a picture has its colours, also when a reader changes them
      .replaceAll(/<img src="(?:\.\.\/)*media\/([\w-]+\.svg)"[^>]*>/g, (_, name: string) => pictureOf(name))
      // a link within what is clicked to fold it can't be reached by keys
      .replaceAll(/<summary\b[\s\S]*?<\/summary>/g, (summary) =>
        summary.replaceAll(/<a\b[^>]*tsd-anchor-icon[\s\S]*?<\/a>/g, ''),
      )
  );
}

/** Returns a picture of docs/pictures/. */
function pictureOf(name: string): string {
  return inPage(readFileSync(join(projectRoot, 'docs', 'pictures', name), 'utf8'));
}

function kindOf({ url, model }: PageEvent<Reflection>, page: SitePage | undefined): Frame['kind'] {
  if (url === 'index.html') return 'start';
  if (/^catalogue\/[^/]+\/(?!index)/.test(url)) return 'pair';
  return (page ?? model.isDocument()) ? 'document' : 'api';
}

function contentsOf({ pageHeadings, pageSections }: PageEvent<Reflection>): string {
  const headings = [...pageSections.flatMap((section) => section.headings), ...pageHeadings]
    .filter((heading, index, all) => all.findIndex((each) => each.link === heading.link) === index)
    // the title itself is not on the list, nor is what is three levels down
    .filter(({ level }) => level === undefined || level === 2);
  if (headings.length < fewestHeadings) return '';
  return `<ul>${headings.map(({ link, text }) => `<li><a href="${link}">${text.replaceAll('<', '&lt;')}</a></li>`).join('')}</ul>`;
}

/** Returns the first paragraph, without the marks of Markdown. */
function descriptionOf(text: string): string {
  const paragraph = text.split(/\n\n+/).find((block) => /^[A-Za-z0-9`[]/.test(block));
  return (paragraph ?? '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*\\]/g, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 200);
}
