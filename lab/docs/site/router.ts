import {
  BaseRouter,
  type DocumentReflection,
  type PageDefinition,
  type ProjectReflection,
  type Reflection,
  type RouterTarget,
} from 'typedoc';

/** A router that places documents as in docs/, and the API in api/. */
export class SiteRouter extends BaseRouter {
  /** Set before anything is rendered. */
  static urls: ReadonlyMap<DocumentReflection, string> = new Map();

  override buildPages(project: ProjectReflection): PageDefinition[] {
    const index = 'api/index.html';
    const pages = super
      .buildPages(project)
      .map((page) => (page.url === 'modules.html' ? { ...page, url: index } : page));
    this.fullUrls.set(project, index);
    return pages;
  }

  protected override getIdealBaseName(target: RouterTarget): string {
    const url = SiteRouter.urls.get(target as DocumentReflection);
    if (url !== undefined) return url.slice(0, -this.extension.length);
    const names: string[] = [];
    for (let each = target as Reflection; each.parent; each = each.parent) names.unshift(each.name);
    return `api/${names.join('/')}`;
  }
}
