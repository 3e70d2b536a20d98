import { relative } from 'node:path';
import { normalizePath, ValidatingFileRegistry, type FileRegistry, type NormalizedPath } from 'typedoc';

type FileId = ReturnType<FileRegistry['registerAbsolute']>['target'];

/**
 * Files that documents link to by path. A document is a page; a source file or a folder becomes one (`source/…`); a
 * picture is copied.
 */
export class SiteFiles extends ValidatingFileRegistry {
  readonly #root: string;
  /** Documents without a file. */
  readonly #written: ReadonlySet<string>;

  /**
   * @param root the folder of the project, absolute
   * @param written absolute paths of documents that need no file
   */
  constructor(root: string, written: ReadonlySet<string>) {
    super();
    this.#root = root;
    this.#written = written;
  }

  override register(
    sourcePath: NormalizedPath,
    relativePath: NormalizedPath,
  ): ReturnType<FileRegistry['register']> {
    const target = new URL(relativePath, `file://${sourcePath}`).pathname;
    if (this.#written.has(target)) return this.registerAbsolute(normalizePath(target));
    return super.register(sourcePath, relativePath);
  }

  override getName(id: FileId): string | undefined {
    const path = this.resolvePath(id);
    if (path === undefined || isPicture(path)) return super.getName(id);
    // the theme moves the file to its place, see SiteContext
    return `${relative(this.#root, path)}.html`;
  }

  override getNameToAbsoluteMap(): ReadonlyMap<string, string> {
    return new Map([...super.getNameToAbsoluteMap()].filter(([, path]) => isPicture(path)));
  }

  /** Returns files and folders: typedoc refuses folders, which are pages here. */
  override *getMediaPaths(): Generator<NormalizedPath> {
    for (const path of super.getMediaPaths()) if (isPicture(path)) yield path;
  }

  /** Returns the files and folders that documents link to, relative to the project. */
  sources(): readonly string[] {
    return [...super.getMediaPaths()]
      .filter((path) => !isPicture(path))
      .map((path) => relative(this.#root, path))
      .toSorted();
  }
}

function isPicture(path: string): boolean {
  return /\.(?:svg|png)$/.test(path);
}
